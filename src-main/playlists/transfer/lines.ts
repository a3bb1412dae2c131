// Cuts text that comes in pieces into lines: LF, CR LF and CR alone. One without an end stays bounded.
import { longestLine } from './entry'

export interface Lines {
  push(text: string): { text: string; line: number }[]
  end(): { text: string; line: number }[]
}

export function createLines(): Lines {
  let rest = ''
  let line = 0
  let endsInReturn = false

  function cut(text: string, last: boolean): { text: string; line: number }[] {
    let whole = rest + text
    // CR at the end of one piece and LF at the beginning of the next are one end of line.
    if (endsInReturn && whole.startsWith('\n')) whole = whole.slice(1)
    if (whole !== '') endsInReturn = false
    const parts = whole.split(/\r\n|\n|\r/)
    rest = parts.pop() ?? ''
    if (whole.endsWith('\r')) endsInReturn = true
    const found = parts.map((part) => ({ text: part, line: ++line }))
    if (last && rest !== '') found.push({ text: rest, line: ++line })
    // What has grown too long says so by its length; its end is not waited for.
    if (rest.length > longestLine * 2) rest = rest.slice(0, longestLine + 1)
    return found
  }

  return { push: (text) => cut(text, false), end: () => cut('', true) }
}
