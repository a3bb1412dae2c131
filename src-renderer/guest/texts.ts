// Text of the guests' page, in the language of the browser.
import de from '../messages/de/guest.json'
import en from '../messages/en/guest.json'

export type TextKey = keyof typeof en
const all: Record<string, Record<TextKey, string>> = { en, de }

export const language =
  navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((one) => one in all) ?? 'en'

/** @returns the sentence with its {{values}} filled in */
export function text(key: TextKey, values: Record<string, string | number> = {}): string {
  const sentence = all[language]?.[key] ?? en[key]
  return sentence.replaceAll(/\{\{(\w+)\}\}/g, (_match, name: string) => String(values[name] ?? ''))
}
