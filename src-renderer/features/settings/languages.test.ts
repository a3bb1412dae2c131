import { expect, test } from 'vitest'

const files = import.meta.glob<Record<string, unknown>>('../../messages/*/*.json', { eager: true, import: 'default' })
const rooms = ['library', 'playlists', 'live', 'outputs', 'monitoring', 'settings']

function paths(tree: unknown, before = ''): string[] {
  if (typeof tree !== 'object' || tree === null) return [before]
  return Object.entries(tree).flatMap(([key, value]) => paths(value, before === '' ? key : `${before}.${key}`))
}
const variables = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map((match) => match[1]).toSorted()
const at = (tree: unknown, path: string): string =>
  path.split('.').reduce((node, part) => (node as Record<string, unknown>)[part], tree) as string

test('every text of these screens exists in English and German and fills in the same values', () => {
  for (const room of rooms) {
    const english = files[`../../messages/en/${room}.json`]
    const german = files[`../../messages/de/${room}.json`]
    // English sentences of the settings come from the engine's own table.
    const germanPaths = paths(german).filter((path) => !path.startsWith('sentence.'))
    expect(germanPaths.toSorted(), room).toEqual(paths(english).toSorted())
    for (const path of paths(english)) expect(variables(at(german, path)), path).toEqual(variables(at(english, path)))
  }
})
