// Cuts CSV that comes in pieces into rows of cells, after RFC 4180; a cell may hold ends of lines.
import { longestLine } from './entry'

export interface Row {
  line: number
  cells: string[]
  /** As it stands there, as far as it is short. */
  text: string
  tooLong: boolean
}

const mostCells = 200

export class CellReader {
  private cells: string[] = []
  private cell = ''
  private text = ''
  private quoted = false
  private wasQuote = false
  private tooLong = false
  private length = 0
  private line = 1
  private rowLine = 1

  constructor(private readonly separator: string) {}

  push(text: string): Row[] {
    const rows: Row[] = []
    for (const character of text) {
      if (character === '\n') this.line += 1
      this.length += character.length
      if (this.length > longestLine) this.tooLong = true
      if (this.text.length < 500) this.text += character
      if (this.quoted) this.inQuotes(character)
      else if (character === '"' && this.cell === '' && !this.wasQuote) this.quoted = true
      else if (character === '"' && this.wasQuote) {
        // Two in quotes stand for one.
        this.add('"')
        this.quoted = true
      } else this.plain(character, rows)
      if (character !== '"') this.wasQuote = false
    }
    return rows
  }

  end(): Row[] {
    const rows: Row[] = []
    if (this.cell !== '' || this.cells.length > 0 || this.tooLong) this.close(rows)
    return rows
  }

  private inQuotes(character: string): void {
    if (character !== '"') this.add(character)
    else {
      this.quoted = false
      this.wasQuote = true
    }
    // A quote that is never closed must not swallow the rest of the file.
    if (this.tooLong && character === '\n') this.quoted = false
  }

  private plain(character: string, rows: Row[]): void {
    if (character === this.separator) this.next()
    else if (character === '\n') this.close(rows)
    else if (character !== '\r') this.add(character)
  }

  private add(character: string): void {
    if (!this.tooLong) this.cell += character
  }

  private next(): void {
    if (this.cells.length < mostCells) this.cells.push(this.cell)
    this.cell = ''
  }

  private close(rows: Row[]): void {
    this.next()
    const { cells, rowLine, text, tooLong } = this
    if (tooLong || cells.some((cell) => cell.trim() !== ''))
      rows.push({ line: rowLine, cells, text: text.trim(), tooLong })
    Object.assign(this, { cells: [], text: '', tooLong: false, length: 0, rowLine: this.line, wasQuote: false })
  }
}
