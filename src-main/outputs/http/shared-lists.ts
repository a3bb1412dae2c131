// Public pages of playlists on the listener port. The lists themselves are on the main thread, which is asked by the link's
// token; nothing is kept here, so that a page that was ended is gone at once.
import { type Exchange, openToAll, reply, replyError, replyJson } from './exchange'
import { listPage, missingPage, type SharedList } from './list-page'

const listPath = /^\/list\/([A-Za-z0-9_-]{16,64})(\.json)?$/
const mostQuestions = 32
const answerMs = 10_000

const headers = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex',
  'Cache-Control': 'no-store',
}

export interface SharedListsOptions {
  /** Asks the main thread; the answer comes by `answer`. */
  ask(id: number, token: string): void
  stationName(): string
  /** The built page, or null when there is none. */
  template(): Promise<string | null>
}

export class SharedLists {
  #lastId = 0
  readonly #waiting = new Map<number, (document: string | null | undefined) => void>()
  readonly #asked = new Map<string, Promise<string | null | undefined>>()

  constructor(private readonly options: SharedListsOptions) {}

  /** @param document JSON of the list; null where there is none, undefined where it could not be told */
  answer(id: number, document: string | null | undefined): void {
    this.#waiting.get(id)?.(document)
  }

  /** @returns false when the path is none of a list's */
  async serve(exchange: Exchange): Promise<boolean> {
    if (!exchange.path.startsWith('/list/') || exchange.path.startsWith('/list/assets/')) return false
    const [, token, json] = listPath.exec(exchange.path) ?? []
    const document = token === undefined ? null : await this.#document(token)
    if (document === undefined) {
      replyError(exchange, 503, 'unavailable', 'The list cannot be shown just now.', { 'Retry-After': '5' })
    } else if (document === null && (json || exchange.path.endsWith('.json'))) {
      replyError(exchange, 404, 'not_found', 'There is no such list, or it is not shared any more.')
    } else if (document !== null && json) {
      const more = { 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex', ...openToAll }
      replyJson(exchange, 200, this.#withStation(document), more)
    } else await this.#page(exchange, document)
    return true
  }

  async #page(exchange: Exchange, document: string | null): Promise<void> {
    const language = /^\s*de\b/i.test(String(exchange.request.headers['accept-language'] ?? '')) ? 'de' : 'en'
    const template = await this.options.template()
    const station = this.options.stationName()
    const page =
      document === null
        ? missingPage(template, station, language)
        : listPage(template, station, JSON.parse(document) as SharedList, language)
    reply(exchange, document === null ? 404 : 200, { ...headers, 'Content-Language': language }, page)
  }

  #withStation(document: string): string {
    return `{"station":${JSON.stringify(this.options.stationName())},${document.slice(1)}`
  }

  #document(token: string): Promise<string | null | undefined> {
    const asked = this.#asked.get(token)
    if (asked) return asked
    if (this.#waiting.size >= mostQuestions) return Promise.resolve(undefined)
    const id = ++this.#lastId
    const question = new Promise<string | null | undefined>((resolve) => {
      const tooLate = setTimeout(() => this.answer(id, undefined), answerMs)
      this.#waiting.set(id, (document) => {
        clearTimeout(tooLate)
        this.#waiting.delete(id)
        this.#asked.delete(token)
        resolve(document)
      })
    })
    this.#asked.set(token, question)
    this.options.ask(id, token)
    return question
  }

  close(): void {
    for (const settle of [...this.#waiting.values()]) settle(undefined)
  }
}
