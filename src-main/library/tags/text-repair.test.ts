import { describe, expect, it } from 'vitest'
import { repairText } from './text-repair'

const readAsLatin = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
const cp1251 = (text: string) =>
  Uint8Array.from([...text], (character) => {
    const code = character.charCodeAt(0)
    if (character === 'ё') return 0xb8
    if (character === 'Ё') return 0xa8
    return code >= 0x410 && code <= 0x44f ? code - 0x410 + 0xc0 : code
  })

describe('text in an odd character set', () => {
  it.each(['Кино', 'Группа крови', 'Ёлка — 2', 'ДДТ', 'Наутилус Помпилиус (live 1994)'])(
    'reads %s from Windows-1251',
    (text) => {
      const dashed = text.replace('—', '-')
      expect(repairText(readAsLatin(cp1251(dashed)))).toBe(dashed)
    },
  )

  it('reads Cyrillic of old Unix systems', () => {
    const koi8 = Uint8Array.from([0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4]) // Привет
    expect(repairText(readAsLatin(koi8))).toBe('Привет')
  })

  it.each(['Björk', '東京事変', 'Sigur Rós – Ágætis byrjun', 'naïve “quotes”', 'Привет'])(
    'reads %s from UTF-8 that was taken for Latin-1',
    (text) => {
      expect(repairText(readAsLatin(Buffer.from(text, 'utf8')))).toBe(text)
    },
  )

  it('reads UTF-8 that was taken for Windows-1252', () => {
    expect(repairText('Donâ€™t Stop')).toBe('Don’t Stop')
  })

  it('reads UTF-8 whose last character was cut in two by a short field', () => {
    const cut = Buffer.from('Björkö', 'utf8').subarray(0, -1)
    expect(repairText(readAsLatin(cut))).toMatch(/^Björk/)
  })

  it.each([
    'Motörhead',
    'Beyoncé',
    'Sigur Rós',
    'Mylène Farmer',
    'Où va le monde',
    'Ænima',
    '¿Qué?',
    'Привет',
    '椎名林檎',
    'AC/DC',
    '50 € Haircut',
    'São Paulo',
  ])('leaves %s as it is', (text) => {
    expect(repairText(text)).toBe(text)
  })

  it('takes out what follows a zero, control characters and blanks around', () => {
    expect(repairText('  Title\u0000rest')).toBe('Title')
    expect(repairText('A\r\nB\u0007')).toBe('A B')
  })
})
