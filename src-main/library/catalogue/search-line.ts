// Takes a search line apart: words, "phrases", -exclusions and field:values. What it means is `search-terms`' matter.

export interface Term {
  /** As it was typed, without the minus; for messages. */
  typed: string
  negated: boolean
  /** In small letters, as it was typed before the colon; null for a plain word. */
  field: string | null
  text: string
  /** closed: between quotes; open: the second quote has not been typed yet. */
  quotes: 'none' | 'open' | 'closed'
}

const opening = '"“„«'
const closing = '"”“»'
const fieldName = /^(\p{L}[\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]+)?):/u

export function readSearchLine(line: string): Term[] {
  const terms: Term[] = []
  let rest = line.trimStart()
  while (rest !== '') {
    const [term, length] = readTerm(rest)
    terms.push(term)
    rest = rest.slice(length).trimStart()
  }
  return terms
}

function readTerm(line: string): [Term, length: number] {
  const negated = /^-[^\s-]/.test(line)
  const start = negated ? 1 : 0
  const field = fieldName.exec(line.slice(start))
  // "12:30" and "https://" are words.
  const isField = field !== null && !line.startsWith('//', start + field[0].length)
  const valueAt = start + (isField ? field[0].length : 0)
  const [text, quotes, length] = readValue(line.slice(valueAt))
  const end = valueAt + length
  return [
    {
      typed: line.slice(start, end).trim(),
      negated,
      field: isField ? (field[1] as string).toLowerCase() : null,
      text,
      quotes,
    },
    end,
  ]
}

function readValue(line: string): [text: string, quotes: Term['quotes'], length: number] {
  if (line !== '' && opening.includes(line[0] as string)) {
    for (let at = 1; at < line.length; at++) {
      if (closing.includes(line[at] as string)) return [line.slice(1, at), 'closed', at + 1]
    }
    return [line.slice(1), 'open', line.length]
  }
  const text = /^\S*/.exec(line)?.[0] ?? ''
  return [text, 'none', text.length]
}
