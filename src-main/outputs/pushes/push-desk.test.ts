import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  freePort,
  handOn,
  openPushBench,
  type PushBench,
  pushOrder,
  rtmpServer,
  tcpServer,
} from '../testing/push-bench'
import { until } from '../testing/station'

let bench: PushBench
beforeEach(() => {
  // Noise fills what the frozen server's system keeps for it sooner than a tone.
  bench = openPushBench({ noise: 0.5 })
})
afterEach(() => bench.close())

const stateOf = (id?: string) => bench.report(id)?.process.state
const runs = (id?: string) => until(`${id ?? 'the push'} runs`, () => stateOf(id) === 'running')
const sends = async (id?: string) => {
  const before = bench.report(id)?.sentSeconds ?? 0
  await until('more is sent', () => (bench.report(id)?.sentSeconds ?? 0) > before + 0.5)
}

describe('a push whose server is not there', () => {
  test('says so in a sentence, tries again, and comes by itself when the server appears', async () => {
    const port = await freePort()
    bench.desk.apply([pushOrder(`rtmp://127.0.0.1:${port}/s/key`)])
    await until('it waits', () => stateOf() === 'backingOff')
    expect(bench.report()).toMatchObject({
      attempts: 1,
      trouble: 'The server refuses the connection: it does not run, or it listens on another port.',
    })
    expect(bench.report()?.process.nextAttemptAt).toBeGreaterThan(Date.now() - 1000)
    await until('it has tried twice', () => bench.report()?.attempts === 2 && stateOf() === 'backingOff')
    const server = await rtmpServer(bench, port)
    await runs()
    await sends()
    expect(bench.report()).toMatchObject({ attempts: 0, trouble: null, stalled: false })
    expect(server.errors()).not.toContain('Unexpected')
  })

  test('is tried again at once when asked', async () => {
    const port = await freePort()
    bench.desk.apply([pushOrder(`rtmp://127.0.0.1:${port}/s/key`)])
    // The third pause is four seconds long.
    await until('it has tried three times', () => bench.report()?.attempts === 3 && stateOf() === 'backingOff')
    const planned = bench.report()?.process.nextAttemptAt ?? 0
    await rtmpServer(bench, port)
    await until('it runs', () => {
      bench.desk.retry('push.1')
      return stateOf() === 'running'
    })
    expect(Date.now()).toBeLessThan(planned + 3000)
  })

  test('says that a name is not known', async () => {
    bench.desk.apply([pushOrder('rtmp://no-such-host.invalid/s/key')])
    const report = await until('it waits', () => stateOf() === 'backingOff' && bench.report())
    expect(report.trouble).toContain('The name of the server is not known')
  })

  test('gives up on one that accepts and never answers', async () => {
    const { port } = await tcpServer(bench, () => {})
    const began = Date.now()
    bench.desk.apply([pushOrder(`rtmp://127.0.0.1:${port}/s/key`)])
    const report = await until('it waits', () => stateOf() === 'backingOff' && bench.report())
    expect(report.trouble).toMatch(/does not answer|took nothing/)
    expect(Date.now() - began).toBeLessThan(9000)
  })
})

describe('a push whose server goes away', () => {
  test('comes back when the server does', async () => {
    const server = await rtmpServer(bench)
    bench.desk.apply([pushOrder(server.url)])
    await runs()
    await sends()
    server.child.kill('SIGKILL')
    const report = await until('it waits', () => stateOf() === 'backingOff' && bench.report())
    expect(report.trouble).toBe('The server closed the connection.')
    await rtmpServer(bench, server.port)
    await runs()
    await sends()
  })

  test('starts anew when its connection is reset', async () => {
    const server = await rtmpServer(bench)
    let connections = 0
    let reset: () => void = () => {}
    const proxy = await tcpServer(bench, (socket) => {
      connections += 1
      handOn(socket, server.port)
      reset = () => socket.resetAndDestroy()
    })
    bench.desk.apply([pushOrder(`rtmp://127.0.0.1:${proxy.port}/s/key`)])
    await runs()
    await sends()
    reset()
    await until('it waits', () => stateOf() === 'backingOff')
    expect(bench.report()?.trouble).toBe('The server closed the connection.')
    const before = connections
    await until('it comes again', () => connections > before)
  })

  test('is seen to stall when the server freezes, is ended, and recovers; its neighbours notice nothing', async () => {
    const frozen = await rtmpServer(bench)
    const neighbour = await rtmpServer(bench)
    const video = { width: 640, height: 360, framesPerSecond: 5, kbps: 600 }
    bench.desk.apply([pushOrder(frozen.url, { video }), pushOrder(neighbour.url, { id: 'push.2' })])
    await runs()
    await runs('push.2')
    await sends()
    const { pid, restarts } = bench.report('push.2')?.process ?? {}
    frozen.child.kill('SIGSTOP')
    // What the two systems keep for the server has to fill first.
    await until('it is seen', () => bench.report()?.stalled || stateOf() !== 'running', 20)
    const seenAt = Date.now()
    await until('it is ended', () => stateOf() === 'backingOff', 20)
    expect(Date.now() - seenAt).toBeLessThan(8000)
    expect(bench.report()?.trouble).toMatch(/does not answer|took nothing/)
    frozen.child.kill('SIGKILL')
    await rtmpServer(bench, frozen.port)
    await until('it runs again', () => stateOf() === 'running', 30)
    await sends('push.2')
    expect(bench.report('push.2')).toMatchObject({ droppedBlocks: 0, attempts: 0, process: { pid, restarts } })
  }, 60_000)
})

describe('orders', () => {
  test('touch no push that stays as it is, and one that hangs while it ends holds up no other', async () => {
    const hanging = await rtmpServer(bench)
    const kept = await rtmpServer(bench)
    const video = { width: 640, height: 360, framesPerSecond: 5, kbps: 600 }
    bench.desk.apply([pushOrder(hanging.url, { video }), pushOrder(kept.url, { id: 'push.2' })])
    await runs()
    await runs('push.2')
    const pid = bench.report('push.2')?.process.pid
    hanging.child.kill('SIGSTOP')
    await until('it stalls', () => bench.report()?.stalled || stateOf() !== 'running', 20)
    const next = await rtmpServer(bench)
    const began = Date.now()
    bench.desk.apply([pushOrder(kept.url, { id: 'push.2' }), pushOrder(next.url, { id: 'push.3' })])
    await until('the new one is begun', () => bench.report('push.3'))
    expect(Date.now() - began).toBeLessThan(900)
    await until('the hanging one is gone', () => !bench.report('push.1'))
    await runs('push.3')
    expect(bench.report('push.2')?.process.pid).toBe(pid)
  }, 60_000)

  test('a push that is changed is replaced by one of its new order', async () => {
    const [first, second] = [await rtmpServer(bench), await rtmpServer(bench)]
    bench.desk.apply([pushOrder(first.url)])
    await runs()
    bench.desk.apply([pushOrder(second.url)])
    await first.ended
    await runs()
    await sends()
    bench.desk.apply([])
    await second.ended
    await until('it is gone', () => bench.report() === undefined)
  })

  test('a push that is restarted has a new process at once', async () => {
    const server = await rtmpServer(bench)
    bench.desk.apply([pushOrder(server.url)])
    await runs()
    const before = bench.report()?.process
    bench.desk.restart('push.1')
    await server.ended
    await rtmpServer(bench, server.port)
    await until('it runs anew', () => stateOf() === 'running' && bench.report()?.process.pid !== before?.pid)
  })

  test('off air every push ends; on air again it comes back', async () => {
    const server = await rtmpServer(bench)
    bench.desk.apply([pushOrder(server.url)])
    await runs()
    bench.program.goOffAir()
    await bench.desk.switchAir(false)
    await server.ended
    expect(bench.report()?.process).toMatchObject({ state: 'stopped', pid: null })
    expect(bench.report()?.trouble).toBeNull()
    await rtmpServer(bench, server.port)
    bench.program.goOnAir()
    await bench.desk.switchAir(true)
    await runs()
    await sends()
  })
})
