// Text of the listeners' page, in the language of the browser. Small on purpose: no library for a dozen sentences.
import de from '../messages/de/player.json'
import en from '../messages/en/player.json'

export type TextKey = keyof typeof en
const all: Record<string, Record<TextKey, string>> = { en, de }

/** @returns the first language that is there, English if none is */
export const pickLanguage = (wanted: readonly string[]): string =>
  wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((language) => language in all) ?? 'en'

export const language = pickLanguage(typeof navigator === 'undefined' ? [] : navigator.languages)

/** @returns the sentence with its {{values}} filled in */
export function text(key: TextKey, values: Record<string, string | number> = {}): string {
  const sentence = all[language]?.[key] ?? en[key]
  return sentence.replaceAll(/\{\{(\w+)\}\}/g, (_match, name: string) => String(values[name] ?? ''))
}
