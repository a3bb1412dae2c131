import type { DatabaseSync } from 'node:sqlite'
import { apiKeySchema, meSchema } from '@contract/access'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { silentLog } from '../monitoring'
import { redact } from '../processes'
import { openMemoryDatabase } from '../storage'
import { type Access, createAccess } from './access'

let db: DatabaseSync
let access: Access
let now = 1_700_000_000_000
const desk = { address: '127.0.0.1' }
const elsewhere = { address: '203.0.113.9' }
const ada = { name: 'Ada', password: 'correct horse battery' }

beforeEach(() => {
  db = openMemoryDatabase()
  access = open()
})

afterEach(() => db.close())

const open = (environmentKey = '') =>
  createAccess({ db, events: { emit: () => {} }, log: silentLog, environmentKey, now: () => now })

const makeOwner = () => access.setup({ token: access.oneTimeToken(), ...ada }, desk)

describe('the one-time link', () => {
  test('makes the owner’s account, once', async () => {
    expect(access.hasOwner()).toBe(false)
    const token = access.oneTimeToken()
    const { me, session } = await access.setup({ token, ...ada }, desk)
    expect(meSchema.parse(me)).toEqual({ personId: 1, name: 'Ada', role: 'owner', via: 'session' })
    expect(access.authenticate({ sessionToken: session.token })).toEqual(me)
    expect(access.hasOwner()).toBe(true)
    await expect(access.setup({ token, name: 'Eve', password: 'me too please' }, elsewhere)).rejects.toMatchObject({
      code: 'unauthorised',
    })
    expect(redact(`GET /#/setup?x=${token}`)).not.toContain(token)
  })

  test('used twice at the same moment lets one in', async () => {
    const token = access.oneTimeToken()
    const tries = await Promise.allSettled([
      access.setup({ token, ...ada }, desk),
      access.setup({ token, name: 'Eve', password: 'me too please' }, elsewhere),
    ])
    expect(tries.map((one) => one.status)).toEqual(['fulfilled', 'rejected'])
    expect(db.prepare('SELECT count(*) AS n FROM people').get()).toMatchObject({ n: 1 })
  })

  test('a wrong token is refused, and guessing it is slowed down', async () => {
    access.oneTimeToken()
    const guess = () => access.setup({ token: 'guess', ...ada }, elsewhere)
    for (let count = 0; count < 5; count += 1) await expect(guess()).rejects.toMatchObject({ code: 'unauthorised' })
    await expect(guess()).rejects.toMatchObject({ code: 'rate_limited' })
    expect(access.hasOwner()).toBe(false)
  })

  test('a later one sets a new password and ends the sessions of the old one, within an hour', async () => {
    const { session } = await makeOwner()
    const late = access.oneTimeToken()
    now += 3_600_000
    await expect(access.setup({ token: late, ...ada }, desk)).rejects.toMatchObject({ code: 'unauthorised' })
    const { me } = await access.setup({ token: access.oneTimeToken(), name: 'ADA ', password: 'another horse' }, desk)
    expect(me).toMatchObject({ personId: 1, name: 'Ada' })
    expect(access.authenticate({ sessionToken: session.token })).toBeNull()
    await expect(access.signIn(ada, desk)).rejects.toMatchObject({ code: 'unauthorised' })
    await access.signIn({ ...ada, password: 'another horse' }, desk)
  })
})

describe('signing in', () => {
  beforeEach(async () => void (await makeOwner()))

  test('works with the right password, the name in any case, and until signing out', async () => {
    const { me, session } = await access.signIn({ ...ada, name: ' aDA' }, desk)
    expect(access.authenticate({ sessionToken: session.token })).toEqual(me)
    access.signOut(session.token)
    access.signOut('no such session')
    expect(access.authenticate({ sessionToken: session.token })).toBeNull()
  })

  test('a wrong name and a wrong password are not told apart', async () => {
    const errors: unknown[] = []
    for (const input of [
      { ...ada, password: 'wrong' },
      { ...ada, name: 'Nobody' },
      { ...ada, password: '' },
    ]) {
      await access.signIn(input, desk).catch((error: Error) => errors.push(error.message))
    }
    expect(errors).toEqual(Array(3).fill('The name or the password is not right.'))
  })

  test('after five wrong passwords from one address the sixth waits, the right one too', async () => {
    const wrong = (name: string) => access.signIn({ name, password: 'wrong' }, elsewhere)
    for (let count = 0; count < 5; count += 1)
      await expect(wrong(`name ${count}`)).rejects.toMatchObject({ code: 'unauthorised' })
    now += 60_000
    await expect(access.signIn(ada, elsewhere)).rejects.toMatchObject({
      code: 'rate_limited',
      message: 'Too many attempts to sign in. Try again in 240 seconds.',
      details: { retryAfterSeconds: 240 },
    })
    await access.signIn(ada, desk)
    now += 240_000
    await access.signIn(ada, elsewhere)
  })

  test('after five wrong passwords for one account from anywhere the sixth waits', async () => {
    const guesses = Array.from({ length: 6 }, (_, index) =>
      access.signIn({ ...ada, password: 'wrong' }, { address: `203.0.113.${index}` }).catch((error) => error.code),
    )
    expect(await Promise.all(guesses)).toEqual([...Array(5).fill('unauthorised'), 'rate_limited'])
  })

  test('the right password makes earlier mistakes forgotten', async () => {
    for (let round = 0; round < 3; round += 1) {
      for (let count = 0; count < 4; count += 1) {
        await expect(access.signIn({ ...ada, password: 'wrong' }, desk)).rejects.toMatchObject({ code: 'unauthorised' })
      }
      await access.signIn(ada, desk)
    }
  })

  test('thirty at the same moment are served two at a time, and those too many are asked to wait', async () => {
    const tries = Array.from({ length: 30 }, (_, index) =>
      access.signIn({ name: `n${index}`, password: 'x' }, { address: `10.0.0.${index}` }).catch((error) => error.code),
    )
    const codes = await Promise.all(tries)
    expect(codes.filter((code) => code === 'unauthorised')).toHaveLength(22)
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(8)
  })

  test('a session lasts 30 days after its last use and survives a restart', async () => {
    const { session } = await access.signIn(ada, desk)
    const day = 24 * 3_600_000
    for (let count = 0; count < 3; count += 1) {
      now += 29 * day
      access = open()
      expect(access.authenticate({ sessionToken: session.token })).toMatchObject({ name: 'Ada' })
    }
    now += 30 * day
    expect(access.authenticate({ sessionToken: session.token })).toBeNull()
  })

  test('neither password nor token is in the database', async () => {
    const { session } = await access.signIn(ada, desk)
    const { key } = access.keys.create({ name: 'script', role: 'viewer' })
    const all = ['people', 'sessions', 'apiKeys', 'auditEntries'].map((table) =>
      db.prepare(`SELECT * FROM ${table}`).all(),
    )
    const text = JSON.stringify(all)
    for (const secret of [ada.password, session.token, key]) expect(text).not.toContain(secret)
  })

  test('a full disk signs nobody out', async () => {
    const { session } = await access.signIn(ada, desk)
    const { key } = access.keys.create({ name: 'script', role: 'viewer' })
    now += 3_600_000
    db.exec('PRAGMA query_only = ON')
    expect(access.authenticate({ sessionToken: session.token })).toMatchObject({ name: 'Ada' })
    expect(access.authenticate({ bearer: key })).toMatchObject({ name: 'script' })
    db.exec('PRAGMA query_only = OFF')
  })
})

describe('API keys', () => {
  test('a key is shown once, works with its role, tells its last use, and ends when it is removed', () => {
    const made = access.keys.create({ name: 'Website', role: 'viewer' })
    expect(made.key).toMatch(/^wd_[\w-]{43}$/)
    expect(made.hint).toBe(made.key.slice(-4))
    const [listed] = access.keys.list()
    expect(apiKeySchema.strict().parse(listed)).toMatchObject({ name: 'Website', lastUsedAt: null })
    expect(access.authenticate({ bearer: made.key })).toEqual({
      personId: null,
      name: 'Website',
      role: 'viewer',
      via: 'key',
    })
    expect(access.keys.list()[0]?.lastUsedAt).toBe(now)
    expect(access.keys.remove({ id: made.id })).toEqual({ ok: true })
    expect(access.authenticate({ bearer: made.key })).toBeNull()
    expect(() => access.keys.remove({ id: made.id })).toThrow(expect.objectContaining({ code: 'not_found' }))
  })

  test('the key of the environment is the owner’s and is not listed', () => {
    access = open('a-key-for-my-scripts')
    expect(access.authenticate({ bearer: 'a-key-for-my-scripts' })).toMatchObject({ role: 'owner', via: 'key' })
    expect(access.authenticate({ bearer: 'a-key-for-my-script' })).toBeNull()
    expect(access.keys.list()).toEqual([])
    access = open('')
    expect(access.authenticate({ bearer: '' })).toBeNull()
  })

  test('a wrong key is not made good by a session', async () => {
    const { session } = await makeOwner()
    expect(access.authenticate({ bearer: 'wrong', sessionToken: session.token })).toBeNull()
    expect(access.authenticate({})).toBeNull()
  })
})

test('the audit log tells who did what and from where', async () => {
  const { me } = await makeOwner()
  await access.signIn({ ...ada, password: 'wrong' }, elsewhere).catch(() => {})
  const { id } = access.keys.create({ name: 'Website', role: 'viewer' }, me)
  access.keys.remove({ id }, me)
  access.audit.write({ personId: 1, who: 'Ada', action: 'settingsChanged', details: { keys: ['station.name'] } })
  expect(access.audit.list().map(({ who, action, address }) => [who, action, address])).toEqual([
    ['Ada', 'settingsChanged', null],
    ['Ada', 'keyRemoved', null],
    ['Ada', 'keyCreated', null],
    ['Ada', 'signInRefused', '203.0.113.9'],
    ['Ada', 'ownerCreated', '127.0.0.1'],
  ])
  expect(access.audit.list(1)[0]?.details).toEqual({ keys: ['station.name'] })
})

test('the audit log forgets its oldest entries while the station runs', () => {
  db.prepare("INSERT INTO auditEntries (id, at, who, action) VALUES (1, 0, 'Ada', 'signIn')").run()
  db.prepare("INSERT INTO auditEntries (id, at, who, action) VALUES (50999, 0, 'Ada', 'signIn')").run()
  access.audit.write({ personId: 1, who: 'Ada', action: 'signOut' })
  expect(db.prepare('SELECT id FROM auditEntries').all()).toEqual([{ id: 50_999 }, { id: 51_000 }])
})
