import { settingKeys, settings } from '@contract/settings'
import { expect, test } from 'vitest'
import de from '../../messages/de/settings.json'
import en from '../../messages/en/settings.json'

const texts = (language: string): Record<string, unknown> => (language === 'de' ? de : en)
const at = (tree: unknown, path: string): unknown =>
  path.split('.').reduce((node, part) => (node as Record<string, unknown> | undefined)?.[part], tree)

test('every setting has a name in both languages and a German sentence', () => {
  for (const key of settingKeys) {
    expect(at(texts('en').label, key), key).toEqual(expect.any(String))
    expect(at(texts('de').label, key), key).toEqual(expect.any(String))
    expect(at(texts('de').sentence, key), key).toEqual(expect.any(String))
  }
})

test('everything a change can restart, and every word of a choice, is named', () => {
  for (const language of ['en', 'de']) {
    for (const key of settingKeys) {
      const { restarts, group } = settings[key] as { restarts?: string; group: string }
      if (restarts) expect(at(texts(language).restarts, restarts), restarts).toEqual(expect.any(String))
      expect(at(texts(language).group, group), group).toEqual(expect.any(String))
    }
  }
})
