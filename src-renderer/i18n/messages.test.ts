import { describe, expect, it } from 'vitest'

type Messages = { [key: string]: string | Messages }
const files = import.meta.glob<Messages>('../messages/*/*.json', { eager: true, import: 'default' })
const code = import.meta.glob<string>(['../**/*.{ts,tsx}', '!../**/*.test.*'], {
  eager: true,
  query: '?raw',
  import: 'default',
})
const sources = Object.entries(code).map(([path, text]) => ({ file: path.replace('../', ''), text }))

function flat(messages: Messages, prefix = ''): Map<string, string> {
  const all = new Map<string, string>()
  for (const [key, value] of Object.entries(messages)) {
    if (typeof value === 'string') all.set(prefix + key, value)
    else for (const [inner, sentence] of flat(value, `${prefix + key}.`)) all.set(inner, sentence)
  }
  return all
}

const load = (language: string) =>
  new Map(
    Object.entries(files)
      .filter(([path]) => path.includes(`/messages/${language}/`))
      .map(([path, messages]) => [path.slice(path.lastIndexOf('/') + 1, -'.json'.length), flat(messages)]),
  )
const english = load('en')
const german = load('de')
const values = (sentence: string) => [...sentence.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()

/** Key by use: `t('a.b')` in the namespace of the file's useTranslation, or `'ns:a.b'` anywhere. */
function usedKeys(code: string): { namespace: string; key: string }[] {
  const own = /useTranslation\('([\w-]+)'\)/.exec(code)?.[1]
  return [...code.matchAll(/\b(?:t|translate)\(\s*'([^'`$]+)'/g)].flatMap(([, key = '']) => {
    const [namespace, name] = key.includes(':') ? (key.split(':') as [string, string]) : [own, key]
    return namespace ? [{ namespace, key: name }] : []
  })
}

const has = (messages: Map<string, string> | undefined, key: string) =>
  messages?.has(key) === true || messages?.has(`${key}_other`) === true

describe('the texts of the studio', () => {
  it('are there in both languages, file for file and key for key', () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort())
    for (const [file, messages] of english) {
      // The English sentences of settings are the contract's own table, which only other languages repeat.
      const translated = [...(german.get(file)?.keys() ?? [])].filter(
        (key) => file !== 'settings' || !key.startsWith('sentence.'),
      )
      expect(translated.sort(), file).toEqual([...messages.keys()].sort())
    }
  })

  it('carry the same values in both languages, and none is empty', () => {
    for (const [file, messages] of english) {
      for (const [key, sentence] of messages) {
        const translated = german.get(file)?.get(key) ?? ''
        expect(values(translated), `${file}:${key}`).toEqual(values(sentence))
        expect(sentence.trim() && translated.trim(), `${file}:${key} is empty`).toBeTruthy()
      }
    }
  })

  it('exist for every key that a screen asks for', () => {
    const used = sources.flatMap(({ file, text }) => usedKeys(text).map((use) => ({ ...use, file })))
    expect(used.length).toBeGreaterThan(150)
    const missing = used.filter(({ namespace, key }) => !has(english.get(namespace), key))
    expect(missing).toEqual([])
  })

  it('are never written into a screen by hand', () => {
    const units = /^(LUFS|dBTP|dB|Wavedesk|OK|L|R)$/
    const found = sources
      .filter(({ file }) => file.endsWith('.tsx'))
      .flatMap(({ file, text: code }) => {
        const between = [...code.matchAll(/>\s*\n?\s*([A-Za-z][A-Za-z ,.!?']*[A-Za-z.!?])\s*\n?\s*<\//g)]
        const attributes = [...code.matchAll(/\b(?:label|title|placeholder|aria-label|alt)="([^"]*[A-Za-z][^"]*)"/g)]
        return [...between, ...attributes].map((match) => `${file}: ${match[1]}`)
      })
      .filter((hit) => !units.test(hit.split(': ')[1] ?? ''))
    expect(found).toEqual([])
  })
})
