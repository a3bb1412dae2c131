import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { describeContract } from './openapi'

interface Schema {
  $ref?: string
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  enum?: unknown[]
}
type Media = Record<string, { schema?: Schema }>
interface Operation {
  parameters?: { name: string; required?: boolean }[]
  requestBody?: { content?: Media }
  responses?: Record<string, { content?: Media }>
}
interface Description {
  paths: Record<string, Record<string, Operation>>
  components?: { schemas?: Record<string, Schema> }
}

const file = join(import.meta.dirname, '../../docs/openapi.json')
// `npm run reference` sets this and so accepts what has changed.
const accept = process.env['WAVEDESK_ACCEPT_REFERENCE'] === '1'

let before: Description
let now: Description
beforeAll(async () => {
  now = JSON.parse(JSON.stringify(await describeContract('0.0.0'))) as Description
  if (accept || !existsSync(file)) writeFileSync(file, `${JSON.stringify(now, null, 1)}\n`)
  before = JSON.parse(readFileSync(file, 'utf8')) as Description
})

const resolve = (description: Description, schema: Schema | undefined): Schema | undefined =>
  schema?.$ref ? description.components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''] : schema

const json = (content: Media | undefined) => Object.values(content ?? {})[0]?.schema

function* operations(description: Description) {
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(methods))
      yield { path, method, operation, name: `${method.toUpperCase()} ${path}` }
  }
}

/** Properties an answer had and has no more, or whose type became another. */
function narrowed(earlier: Schema | undefined, later: Schema | undefined, at: string): string[] {
  const [old, present] = [resolve(before, earlier), resolve(now, later)]
  if (!old) return []
  if (!present) return [`${at} is gone`]
  if (old.type && present.type && JSON.stringify(old.type) !== JSON.stringify(present.type))
    return [`${at} was ${old.type} and is ${present.type}`]
  if (old.items) return narrowed(old.items, present.items, `${at}[]`)
  return Object.entries(old.properties ?? {}).flatMap(([name, property]) => {
    const next = present.properties?.[name]
    return next ? narrowed(property, next, `${at}.${name}`) : [`${at}.${name} is gone`]
  })
}

const requiredOf = (description: Description, { parameters, requestBody }: Operation) => [
  ...(parameters ?? []).filter(({ required }) => required).map(({ name }) => name),
  ...(resolve(description, json(requestBody?.content))?.required ?? []),
]

describe('what integrators rely on', () => {
  test('no path or method has gone', () => {
    const present = new Set([...operations(now)].map(({ name }) => name))
    expect([...operations(before)].map(({ name }) => name).filter((name) => !present.has(name))).toEqual([])
  })

  test('no answer has lost a field or changed its type', () => {
    const lost = [...operations(before)].flatMap(({ path, method, operation, name }) =>
      Object.entries(operation.responses ?? {}).flatMap(([status, { content }]) =>
        narrowed(json(content), json(now.paths[path]?.[method]?.responses?.[status]?.content), `${name} ${status}`),
      ),
    )
    expect(lost).toEqual([])
  })

  test('no call needs more than it did', () => {
    const added = [...operations(before)].flatMap(({ path, method, operation, name }) => {
      const present = now.paths[path]?.[method]
      if (!present) return []
      const known = new Set(requiredOf(before, operation))
      return requiredOf(now, present)
        .filter((field) => !known.has(field))
        .map((field) => `${name} now needs ${field}`)
    })
    expect(added).toEqual([])
  })

  test('the committed description is the present one: npm run reference brings it up to date', () => {
    expect(now).toEqual(before)
  })
})
