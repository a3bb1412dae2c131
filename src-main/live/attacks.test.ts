// What strangers may try on the RTMP port, byte by byte. In every case the attacker is cut or refused, nothing of theirs
// reaches the engine, and a presenter who is connected meanwhile does not lose a frame.
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chunkHeader, RawRtmp, rtmpMessage } from './testing/raw-rtmp'
import { openTestStation } from './testing/station'

type TestStation = Awaited<ReturnType<typeof openTestStation>>
let station: TestStation
let presenterId: number
let sourceId: string
let startedAtFrames: number
let startedAt: number

const limits = { handshakeMs: 1200, idleMs: 2400, backlogBytes: 512 * 1024, pendingConnections: 8 }

beforeEach(async () => {
  station = await openTestStation({ limits })
  await station.live.start()
  const anna = await station.presenter('Anna', { autoAir: true })
  presenterId = anna.id
  station.publish(anna.publishUrl)
  const source = await station.until(
    () => station.source(anna.id)?.state === 'onAir' && station.source(anna.id),
    8000,
    'on air',
  )
  sourceId = source.id
  startedAtFrames = station.engine.frames.get(sourceId) ?? 0
  startedAt = Date.now()
})

afterEach(async () => {
  await station.close()
})

/** The presenter is still the same one, on air, and has delivered sound all the time. */
async function presenterIsUntouched(): Promise<void> {
  const { engine, until } = station
  const seen = Date.now()
  await until(() => (engine.lastAt.get(sourceId) ?? 0) > seen, 3000, 'more sound of the presenter')
  expect(station.source(presenterId)).toMatchObject({ id: sourceId, state: 'onAir' })
  expect(engine.onAirSourceId).toBe(sourceId)
  const seconds = ((engine.frames.get(sourceId) ?? 0) - startedAtFrames) / 48_000
  expect(seconds).toBeGreaterThan((Date.now() - startedAt) / 1000 - 0.7)
  expect(station.live.state().rtmp.state).toBe('running')
  expect(station.lines.filter(({ level }) => level === 'error')).toEqual([])
  expect([...engine.frames.keys()]).toEqual([sourceId])
}

const framesOfPresenter = () => station.engine.frames.get(sourceId) ?? 0
const wasCut = (reason: string) =>
  station.until(() => station.lines.some(({ fields }) => fields.reason === reason), 4000, `a cut for ${reason}`)

describe('malformed input', () => {
  it('a connect without an address ends that connection only', async () => {
    const client = await RawRtmp.greet(station.port)
    client.command({ cmd: 'connect', transId: 1, cmdObj: { app: 'live' } })
    await client.closed
    await wasCut('malformed')
    await presenterIsUntouched()
  })

  it.each([
    ['a publish cut off before its name', Buffer.from([2, 0, 7, ...Buffer.from('publish')])],
    ['a play cut off before its name', Buffer.from([2, 0, 4, ...Buffer.from('play')])],
    ['a command that is a number', Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0])],
    ['a string longer than the message', Buffer.from([2, 0xff, 0xff, 65])],
    [
      'objects nested four thousand deep',
      Buffer.concat([Buffer.from([2, 0, 7, ...Buffer.from('connect')]), Buffer.from('03000161'.repeat(4000), 'hex')]),
    ],
  ])('%s ends that connection only', async (_what, payload) => {
    const client = await RawRtmp.greet(station.port)
    client.write(rtmpMessage(3, 20, 0, 0, payload))
    await client.closed
    await presenterIsUntouched()
  })

  it('a publish without a name after a proper connect ends that connection only', async () => {
    const client = await RawRtmp.ready(station.port)
    client.command({ cmd: 'publish', transId: 3, cmdObj: null, streamName: null, type: 'live' }, 1)
    await client.closed
    await wasCut('malformed')
    await presenterIsUntouched()
  })

  it('a control message without content ends that connection only', async () => {
    const client = await RawRtmp.greet(station.port)
    client.write(Buffer.concat([chunkHeader(2, 1, 0), Buffer.from([0xc2])]))
    await client.closed
    await presenterIsUntouched()
  })

  it.each([0, 1, 0xffffffff])('a chunk size of %d ends that connection only', async (size) => {
    const payload = Buffer.alloc(4)
    payload.writeUInt32BE(size)
    const client = await RawRtmp.greet(station.port)
    client.write(rtmpMessage(2, 1, 0, 0, payload))
    await client.closed
    await presenterIsUntouched()
  })

  it('a message that shrinks halfway, which sends the bare library back over what it has read, ends that connection only', async () => {
    const client = await RawRtmp.greet(station.port)
    const first = Buffer.concat([chunkHeader(3, 20, 300), Buffer.alloc(128)])
    client.write(Buffer.concat([first, chunkHeader(3, 20, 10), Buffer.alloc(128)]))
    await client.closed
    await presenterIsUntouched()
  })

  it('noise of all kinds ends that connection only', async () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const client = await RawRtmp.greet(station.port)
      const noise = Buffer.from(Array.from({ length: 6000 }, (_, index) => (index * seed * 2654435761) >>> (seed % 24)))
      client.write(noise)
      client.socket.end()
      await client.closed
    }
    await presenterIsUntouched()
  })
})

describe('memory', () => {
  it('chunk headers that promise sixteen megabytes each are cut at the first', async () => {
    const before = process.memoryUsage().rss
    const client = await RawRtmp.greet(station.port)
    for (let chunkStream = 3; chunkStream < 63; chunkStream += 1)
      client.write(Buffer.concat([chunkHeader(chunkStream, 8, 0xfffff0), Buffer.alloc(128)]))
    await client.closed
    await wasCut('tooLarge')
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6)
    await presenterIsUntouched()
  })

  it('more than sixteen chunk streams are cut, however short', async () => {
    const client = await RawRtmp.ready(station.port)
    for (let chunkStream = 3; chunkStream < 63; chunkStream += 1)
      client.write(Buffer.concat([chunkHeader(chunkStream, 20, 4000), Buffer.alloc(128)]))
    await client.closed
    await wasCut('tooLarge')
    await presenterIsUntouched()
  })

  it('a stranger who asks for answers and never reads them is cut', async () => {
    const client = await RawRtmp.ready(station.port)
    client.socket.pause()
    for (let count = 0; count < 500; count += 1) client.command({ cmd: 'createStream', transId: count, cmdObj: null })
    client.socket.resume()
    await client.closed
    await presenterIsUntouched()
  })
})

describe('sound from those who may not send it', () => {
  it('a refused publisher that goes on sending reaches nobody', async () => {
    const client = await RawRtmp.ready(station.port)
    client.publish('not-a-key')
    expect(await client.heardBeforeEnd('NetStream.Publish.BadName')).toBe(true)
    for (let at = 0; at < 50; at += 1) client.audio(at * 20)
    await client.closed
    await station.until(() => station.raised.some(({ code }) => code === 'wrongKey'), 4000, 'the incident')
    await presenterIsUntouched()
  })

  it('a refused publisher that names the stream of another reaches nobody', async () => {
    const client = await RawRtmp.ready(station.port)
    client.publish('source-1')
    client.audio(0)
    await client.closed
    await presenterIsUntouched()
  })

  it('a player that sends sound is cut, and nobody hears it', async () => {
    const feed = await RawRtmp.publishing(station.port, programName())
    const player = await RawRtmp.playing(station.port)
    const other = await RawRtmp.playing(station.port)
    player.audio(0, 'from a player')
    player.audio(20, 'from a player')
    await player.closed
    await wasCut('notPublisher')
    feed.audio(40, 'from the station')
    await other.hears('from the station')
    expect(other.hasHeard('from a player')).toBe(false)
    feed.destroy()
    other.destroy()
    await presenterIsUntouched()
  })

  it('sound before any publish cuts the connection', async () => {
    const client = await RawRtmp.ready(station.port)
    client.audio(0)
    await client.closed
    await wasCut('notPublisher')
    await presenterIsUntouched()
  })

  it('a second publish on one connection cuts it', async () => {
    const feed = await RawRtmp.publishing(station.port, programName())
    feed.publish('source-1')
    await feed.closed
    await wasCut('secondStream')
    await presenterIsUntouched()
  })

  it('the program cannot be published by a stranger, nor by a presenter', async () => {
    const client = await RawRtmp.ready(station.port)
    client.publish('program')
    expect(await client.heardBeforeEnd('The program belongs to the station')).toBe(true)
    await client.closed
    await presenterIsUntouched()
  })

  it('the stream of a presenter cannot be played, by number or by name', async () => {
    for (const name of ['source-1', 'Anna', 'nothing']) {
      const client = await RawRtmp.ready(station.port)
      client.play(name)
      expect(await client.heardBeforeEnd('Only the program can be played')).toBe(true)
      await client.closed
    }
    await presenterIsUntouched()
  })
})

describe('peers that are dead or too slow', () => {
  it('a peer that connects and says nothing is cut after the handshake time', async () => {
    const from = Date.now()
    const client = await RawRtmp.open(station.port)
    await client.closed
    expect(Date.now() - from).toBeLessThan(limits.handshakeMs + 1200)
    await wasCut('handshakeTimeout')
    await presenterIsUntouched()
  })

  it('a peer that shakes hands and then only chats is cut after the handshake time', async () => {
    const client = await RawRtmp.ready(station.port)
    const chat = setInterval(
      () => client.command({ cmd: 'releaseStream', transId: 9, cmdObj: null, streamName: 'x' }),
      200,
    )
    await client.closed
    clearInterval(chat)
    await presenterIsUntouched()
  })

  it('a publisher and a player that give no sign of life any more are cut', async () => {
    const feed = await RawRtmp.publishing(station.port, programName())
    const player = await RawRtmp.playing(station.port)
    await Promise.all([feed.closed, player.closed])
    await wasCut('idle')
    await presenterIsUntouched()
  })

  it('a player that answers the question for a sign of life stays, without a program to play', async () => {
    const player = await RawRtmp.playing(station.port)
    player.socket.on('data', (bytes: Buffer) => {
      if (bytes.length === 18 && bytes[7] === 4) player.write(rtmpMessage(2, 4, 0, 0, Buffer.from([0, 7, 0, 0, 0, 0])))
    })
    const silent = await RawRtmp.playing(station.port)
    await silent.closed
    expect(player.isClosed).toBe(false)
    player.destroy()
    await presenterIsUntouched()
  })

  it('a player that does not read is cut, and the others miss nothing', async () => {
    const feed = await RawRtmp.publishing(station.port, programName())
    const slow = await RawRtmp.playing(station.port)
    const good = await RawRtmp.playing(station.port)
    slow.socket.pause()
    let heard = 0
    good.socket.on('data', (bytes) => (heard += bytes.length))
    let sent = 0
    const picture = Buffer.concat([Buffer.from([0x27, 1, 0, 0, 0]), Buffer.alloc(100_000)])
    while (!station.lines.some(({ fields }) => fields.reason === 'slow')) {
      feed.write(rtmpMessage(5, 9, 1, sent, picture))
      sent += 1
      if (sent > 600) throw new Error('the slow player was never cut')
      if (feed.socket.writableNeedDrain) await once(feed.socket, 'drain')
      await station.until(() => heard >= sent * picture.length, 5000, 'the good player to have everything')
    }
    expect(good.isClosed).toBe(false)
    for (const client of [feed, slow, good]) client.destroy()
    await presenterIsUntouched()
  })

  it('a flood of connections does not keep a presenter out', async () => {
    const flood = await Promise.all(Array.from({ length: 40 }, () => RawRtmp.open(station.port)))
    const ben = await station.presenter('Ben')
    const client = await RawRtmp.publishing(station.port, ben.key)
    await station.until(() => station.source(ben.id), 3000, 'Ben to be connected')
    for (const each of [...flood, client]) each.destroy()
    await presenterIsUntouched()
  })
})

it('nobody is harmed by 200 connections that end in the middle of the handshake', async () => {
  const from = framesOfPresenter()
  for (let round = 0; round < 10; round += 1) {
    const clients = await Promise.all(Array.from({ length: 20 }, () => RawRtmp.open(station.port)))
    for (const [index, client] of clients.entries()) {
      client.write(Buffer.alloc(index * 90, 3))
      client.destroy()
    }
  }
  await station.until(() => framesOfPresenter() > from, 3000, 'more sound')
  await presenterIsUntouched()
})

const programName = () => station.live.feedUrl()?.split('/live/')[1] ?? ''
