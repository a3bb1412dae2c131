// The browsable page of the API, at /api/docs: every operation of /api/openapi.json with its parameters, body and answer.
import './api-docs.css'

interface Schema {
  $ref?: string
  type?: string | string[]
  description?: string
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  allOf?: Schema[]
}
interface Operation {
  summary?: string
  tags?: string[]
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema }[]
  requestBody?: { content?: Record<string, { schema?: Schema }> }
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: Schema }> }>
}
interface Description {
  info: { title: string; version: string }
  paths: Record<string, Record<string, Operation>>
  components?: { schemas?: Record<string, Schema> }
}

const deepest = 6

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = '',
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  if (className) made.className = className
  made.append(...children)
  return made
}

/** A schema in the way a programmer would write the type. */
function typeText(schema: Schema | undefined, indent = '', depth = 0): string {
  if (!schema) return 'any'
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? 'any'
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.anyOf) return schema.anyOf.map((one) => typeText(one, indent, depth)).join(' | ')
  if (schema.allOf) return schema.allOf.map((one) => typeText(one, indent, depth)).join(' & ')
  if (schema.type === 'array') return `${typeText(schema.items, indent, depth)}[]`
  if (schema.properties && depth < deepest) {
    const inner = `${indent}  `
    const lines = Object.entries(schema.properties).map(([name, property]) => {
      const mark = schema.required?.includes(name) ? '' : '?'
      return `${inner}${name}${mark}: ${typeText(property, inner, depth + 1)}`
    })
    return `{\n${lines.join('\n')}\n${indent}}`
  }
  return Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'any')
}

const part = (title: string, text: string) => element('section', '', element('h4', '', title), element('pre', '', text))

function operationView(method: string, path: string, operation: Operation): HTMLElement {
  const details = element('details', 'operation')
  const summary = element(
    'summary',
    '',
    element('span', `method ${method}`, method.toUpperCase()),
    element('code', '', path),
    element('span', 'what', operation.summary ?? ''),
  )
  details.append(summary)
  // Made when it is opened: the page has some eighty operations.
  details.addEventListener(
    'toggle',
    () => {
      const parameters = operation.parameters ?? []
      if (parameters.length > 0) {
        const lines = parameters.map(
          ({ name, in: where, required, schema }) => `${name}${required ? '' : '?'}: ${typeText(schema)}   in ${where}`,
        )
        details.append(part('Parameters', lines.join('\n')))
      }
      for (const [type, { schema }] of Object.entries(operation.requestBody?.content ?? {}))
        details.append(part(`Body, ${type}`, typeText(schema)))
      for (const [status, { description, content }] of Object.entries(operation.responses ?? {})) {
        const [type, media] = Object.entries(content ?? {})[0] ?? []
        details.append(
          part(`${status} ${description ?? ''}${type ? `, ${type}` : ''}`, media ? typeText(media.schema) : 'nothing'),
        )
      }
    },
    { once: true },
  )
  return details
}

function groups({ paths }: Description): Map<string, HTMLElement[]> {
  const byTag = new Map<string, HTMLElement[]>()
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? 'Other'
      byTag.set(tag, [...(byTag.get(tag) ?? []), operationView(method, path, operation)])
    }
  }
  return byTag
}

async function show() {
  const response = await fetch('/api/openapi.json')
  const description = (await response.json()) as Description
  const { title, version } = description.info
  const main = element('main', '', element('h1', '', `${title} API ${version}`))
  main.append(
    element(
      'p',
      '',
      'Send an API key with every call: Authorization: Bearer KEY. Errors are { "error": { "code", "message", "details"? } }.',
    ),
  )
  for (const [tag, operations] of groups(description)) main.append(element('h2', '', tag), ...operations)
  main.append(element('h2', '', 'Shapes'))
  for (const [name, schema] of Object.entries(description.components?.schemas ?? {})) {
    main.append(
      element(
        'details',
        'operation',
        element('summary', '', element('code', '', name)),
        element('pre', '', typeText(schema)),
      ),
    )
  }
  document.body.replaceChildren(main)
}

void show()
