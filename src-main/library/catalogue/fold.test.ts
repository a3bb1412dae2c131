import { expect, it } from 'vitest'
import { fold, matchExpression } from './fold'

it.each([
  ['Björk', 'bjork'],
  ['Motörhead', 'motorhead'],
  ["Don't Stop", 'dont stop'],
  ['Don’t Stop', 'dont stop'],
  ['ПРИВЕТ, ёлка', 'привет елка'],
  ['東京事変', '東 京 事 変'],
  ['ＡＢＣ', 'abc'],
  ['한국어', '한국어'],
  ['Straße', 'strasse'],
  ['AC/DC', 'ac dc'],
  ['!!!', ''],
])('%s is looked up as "%s"', (text, folded) => {
  expect(fold(text)).toBe(folded)
})

it('asks for every word by its beginning', () => {
  expect(matchExpression('Bjö  human')).toBe('"bjo" * AND "human" *')
  expect(matchExpression('"; DROP')).toBe('"drop" *')
  expect(matchExpression(' ?! ')).toBeNull()
})
