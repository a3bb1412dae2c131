import { createORPCClient } from '@orpc/client'
import { type createRouterClient, os } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPortOpener } from './openers'

const router = { hello: os.handler(() => 'the station') }

/** A window of the desktop: what it is asked for, and how it posts a port. */
class FakeWindow extends EventTarget {
  asked = 0
  wavedesk = {
    requestPort: () => {
      this.asked += 1
    },
  }

  /** The desktop's side of a new channel; its other side is posted to the page. */
  sendPort(): MessagePort {
    const { port1, port2 } = new MessageChannel()
    new RPCHandler(router).upgrade(port1, { context: {} })
    port1.start()
    ports.push(port1)
    const event = new Event('message')
    Object.assign(event, { data: 'wavedesk:port', ports: [port2] })
    this.dispatchEvent(event)
    return port1
  }
}

const ports: MessagePort[] = []
let page: FakeWindow
beforeEach(() => {
  page = new FakeWindow()
  Object.assign(globalThis, { window: page })
})
afterEach(() => {
  for (const port of ports.splice(0)) port.close()
  Reflect.deleteProperty(globalThis, 'window')
})

describe('the door of the desktop', () => {
  it('answers calls over a port that came before anybody asked', async () => {
    const open = createPortOpener(page as unknown as Window)
    page.sendPort()
    const { link, close } = await open()
    const client = createORPCClient<ReturnType<typeof createRouterClient<typeof router, Record<never, never>>>>(link)
    expect(await client.hello()).toBe('the station')
    close()
  })

  it('asks for a port, and notices when the desktop closes it', async () => {
    const open = createPortOpener(page as unknown as Window)
    const opening = open()
    expect(page.asked).toBe(1)
    const desktopSide = page.sendPort()
    const { closed } = await opening
    desktopSide.close()
    await closed
  })

  it('takes the newest of several ports, for only that one has somebody at its end', async () => {
    const open = createPortOpener(page as unknown as Window)
    const old = page.sendPort()
    const oldClosed = new Promise((resolve) => old.addEventListener('close', resolve))
    page.sendPort()
    const { link, close } = await open()
    await oldClosed
    const client = createORPCClient<ReturnType<typeof createRouterClient<typeof router, Record<never, never>>>>(link)
    expect(await client.hello()).toBe('the station')
    close()
  })

  it('takes no port from a message that is not the desktop’s', async () => {
    createPortOpener(page as unknown as Window)
    const { port1, port2 } = new MessageChannel()
    const event = new Event('message')
    Object.assign(event, { data: 'something else', ports: [port2] })
    page.dispatchEvent(event)
    const open = createPortOpener(page as unknown as Window)
    void open()
    expect(page.asked).toBe(1)
    port1.close()
    port2.close()
  })
})
