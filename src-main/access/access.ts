// Who may come in: the one-time link, people, sessions and API keys.
import type { DatabaseSync } from 'node:sqlite'
import type { ApiKey, Me } from '@contract/access'
import type { Role } from '@contract/common'
import { StationError } from '@contract/errors'
import type { EventBus } from '@contract/events'
import type { Log } from '../monitoring'
import { protectSecret } from '../processes'
import { createApiKeys } from './api-keys'
import { createAttemptLimit } from './attempt-limit'
import { type Audit, createAudit } from './audit'
import { checkPassword, hashPassword } from './passwords'
import { createSessions, type Session } from './sessions'
import { hashToken, newToken, sameHash } from './tokens'

export interface AccessDeps {
  db: DatabaseSync
  events: Pick<EventBus, 'emit'>
  log: Log
  /** `WAVEDESK_API_KEY`: a key with role owner, for scripts. */
  environmentKey?: string
  now?: () => number
}

/** Where a request comes from, for limits and the audit log. */
export interface From {
  address: string
}

export interface Signed {
  me: Me
  session: Session
}

export interface Access {
  /**
   * The token of the one-time link that is printed at the start. It makes the owner's account; when there is one, it
   * sets a new password for that name or makes a further owner, within an hour. A new call makes the last one void.
   */
  oneTimeToken(): string
  /** Whether the owner's account has been made. */
  hasOwner(): boolean
  /** @throws StationError `unauthorised` for a wrong or used token, `rate_limited` */
  setup(input: { token: string; name: string; password: string }, from: From): Promise<Signed>
  /** @throws StationError `unauthorised`, `rate_limited` with details.retryAfterSeconds */
  signIn(input: { name: string; password: string }, from: From): Promise<Signed>
  signOut(sessionToken: string): void
  /** A key counts before a session; a wrong key is not made good by a session. */
  authenticate(credentials: { bearer?: string; sessionToken?: string }): Me | null
  readonly keys: {
    list(input?: object): ApiKey[]
    create(input: { name: string; role: Role }, who?: Me): ApiKey & { key: string }
    remove(input: { id: number }, who?: Me): { ok: true }
  }
  /** For other rooms to write to as well: settings changed, on air, a destination removed. */
  readonly audit: Audit
}

const hourMs = 3_600_000
const attempts = { attempts: 5, withinMs: 5 * 60_000 }

export function createAccess(deps: AccessDeps): Access {
  return new AccessService(deps)
}

interface Person {
  id: number
  name: string
  role: Role
  passwordHash: string
}

class AccessService implements Access {
  readonly audit: Audit
  private readonly now: () => number
  private readonly sessions
  private readonly apiKeys
  private readonly limit
  private readonly statements
  private link: { hash: string; expiresAt: number } | null = null

  constructor(private readonly deps: AccessDeps) {
    const { db, environmentKey = '' } = deps
    this.now = deps.now ?? Date.now
    this.audit = createAudit(db, this.now, (error) => deps.log.error('The audit log cannot be written.', { error }))
    this.sessions = createSessions(db, this.now)
    this.apiKeys = createApiKeys(db, environmentKey, this.now)
    this.limit = createAttemptLimit({ ...attempts, now: this.now })
    this.statements = {
      owner: db.prepare("SELECT 1 FROM people WHERE role = 'owner' LIMIT 1"),
      byName: db.prepare('SELECT id, name, role, passwordHash FROM people WHERE nameKey = ?'),
      insert: db.prepare(
        "INSERT INTO people (name, nameKey, role, passwordHash, createdAt) VALUES (?, ?, 'owner', ?, ?) RETURNING id, name, role, passwordHash",
      ),
      setPassword: db.prepare('UPDATE people SET passwordHash = ? WHERE id = ?'),
    }
    protectSecret(environmentKey)
    if (environmentKey !== '' && environmentKey.length < 16) {
      deps.log.warn('WAVEDESK_API_KEY is short enough to be guessed; use at least 16 characters.')
    }
  }

  oneTimeToken(): string {
    const token = newToken()
    protectSecret(token)
    this.link = { hash: hashToken(token), expiresAt: this.hasOwner() ? this.now() + hourMs : Number.POSITIVE_INFINITY }
    return token
  }

  hasOwner(): boolean {
    return this.statements.owner.get() !== undefined
  }

  async setup(
    { token, name, password }: { token: string; name: string; password: string },
    from: From,
  ): Promise<Signed> {
    this.limit.attempt([`address ${from.address}`])
    const link = this.link
    if (!link || link.expiresAt <= this.now() || !sameHash(hashToken(token), link.hash)) {
      throw new StationError(
        'unauthorised',
        'This link has been used or has expired. Start the station again: it prints a new one.',
      )
    }
    const existing = this.personNamed(name)
    if (existing && existing.role !== 'owner') throw new StationError('conflict', 'Somebody else has this name.')
    this.link = null // Taken before the hash is worked out: two at once must not both get in.
    let person: Person
    try {
      person = this.keepOwner(name, existing, await hashPassword(password))
    } catch (error) {
      this.link ??= link
      throw error
    }
    this.limit.forgive([`address ${from.address}`])
    return this.signed(person, existing ? 'passwordSet' : 'ownerCreated', from)
  }

  async signIn({ name, password }: { name: string; password: string }, from: From): Promise<Signed> {
    const keys = [`address ${from.address}`, `account ${keyOf(name)}`]
    this.limit.attempt(keys)
    const person = this.personNamed(name)
    if (!(await checkPassword(password, person?.passwordHash ?? null)) || !person) {
      this.audit.write({ personId: person?.id ?? null, who: name, action: 'signInRefused', address: from.address })
      this.deps.log.warn('A sign-in was refused.', { name, address: from.address })
      throw new StationError('unauthorised', 'The name or the password is not right.')
    }
    this.limit.forgive(keys)
    return this.signed(person, 'signIn', from)
  }

  signOut(sessionToken: string): void {
    const who = this.sessions.end(sessionToken)
    if (!who) return
    this.audit.write({ personId: who.personId, who: who.name, action: 'signOut' })
    this.deps.events.emit('access.changed', {})
  }

  authenticate({ bearer, sessionToken }: { bearer?: string; sessionToken?: string }): Me | null {
    if (bearer) return this.apiKeys.find(bearer)
    return sessionToken ? this.sessions.find(sessionToken) : null
  }

  readonly keys: Access['keys'] = {
    list: () => this.apiKeys.list(),
    create: ({ name, role }, who) => {
      const made = this.apiKeys.create(name, role)
      protectSecret(made.key)
      this.keyChanged('keyCreated', made, who)
      return made
    },
    remove: ({ id }, who) => {
      this.keyChanged('keyRemoved', this.apiKeys.remove(id), who)
      return { ok: true }
    },
  }

  private keyChanged(action: string, { id, name, role }: ApiKey, who?: Me): void {
    this.audit.write({ personId: who?.personId ?? null, who: who?.name ?? '', action, details: { id, name, role } })
    this.deps.events.emit('access.changed', {})
  }

  private keepOwner(name: string, existing: Person | null, passwordHash: string): Person {
    if (!existing) return this.statements.insert.get(name, keyOf(name), passwordHash, this.now()) as unknown as Person
    this.statements.setPassword.run(passwordHash, existing.id)
    this.sessions.endAllOf(existing.id) // Whoever is signed in with the old password is out.
    return existing
  }

  private signed({ id, name, role }: Person, action: string, from: From): Signed {
    const session = this.sessions.open(id)
    this.audit.write({ personId: id, who: name, action, address: from.address })
    this.deps.log.info(`${name} signed in.`, { address: from.address })
    this.deps.events.emit('access.changed', {})
    return { me: { personId: id, name, role, via: 'session' }, session }
  }

  private personNamed(name: string): Person | null {
    return (this.statements.byName.get(keyOf(name)) as unknown as Person | undefined) ?? null
  }
}

/** Names differ by more than case or the way their letters are composed. */
const keyOf = (name: string): string => name.normalize('NFKC').trim().toLowerCase()
