// Who listens: sockets on the mounts, and HLS players by their playlist requests.

import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { partUnits, segmentParts } from '../hls/ladder'

const segmentMs = (segmentParts * partUnits * 1024) / 48
/** A player that has not asked for a playlist this long is gone. */
const hlsWindowMs = 2 * segmentMs
const mostSessions = 200_000

export interface ListenerFigures {
  total: number
  unique: number
  byOutput: Record<string, number>
  /** How many ever came, since this thread began: whoever comes again counts again. */
  joined: Record<string, number>
}

export class Census {
  private readonly people = new Map<Socket, { output: string; person: string }>()
  private readonly sessions = new Map<string, { person: string; seenMs: number }>()
  private readonly joined: Record<string, number> = {}

  constructor(private readonly now: () => number = Date.now) {}

  /** Counts a socket until it closes. */
  add(output: string, socket: Socket, request: IncomingMessage): void {
    this.people.set(socket, { output, person: personOf(request) })
    this.countJoined(output)
    socket.once('close', () => this.people.delete(socket))
  }

  get sockets(): number {
    return this.people.size
  }

  newSession(): string {
    return randomBytes(8).toString('base64url')
  }

  /** An HLS player asked for a playlist. @param session from the address it was given, if it kept it */
  seen(session: string | null, request: IncomingMessage): void {
    const person = personOf(request)
    const key = session ?? person
    const known = this.sessions.get(key)
    if (known) known.seenMs = this.now()
    else if (this.sessions.size < mostSessions) {
      this.sessions.set(key, { person, seenMs: this.now() })
      this.countJoined('hls')
    }
  }

  private countJoined(output: string): void {
    this.joined[output] = (this.joined[output] ?? 0) + 1
  }

  figures(): ListenerFigures {
    const byOutput: Record<string, number> = {}
    const persons = new Set<string>()
    for (const { output, person } of this.people.values()) {
      byOutput[output] = (byOutput[output] ?? 0) + 1
      persons.add(person)
    }
    const oldest = this.now() - hlsWindowMs
    for (const [key, { person, seenMs }] of this.sessions) {
      if (seenMs < oldest) this.sessions.delete(key)
      else persons.add(person)
    }
    if (this.sessions.size > 0) byOutput['hls'] = this.sessions.size
    return { total: this.people.size + this.sessions.size, unique: persons.size, byOutput, joined: this.joined }
  }
}

const personOf = (request: IncomingMessage) =>
  `${request.socket.remoteAddress} ${String(request.headers['user-agent'] ?? '').slice(0, 200)}`
