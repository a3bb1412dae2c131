// The desktop application through its window, its tray and its process: the built main, preload and page, with a real
// engine and real listeners. Runs in the stand-in host, and in Electron itself where that is there.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Desktop } from '@contract/desktop'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { listen, type MountListener, meanVolume } from '../helpers/listener'
import { startStation, temporaryFolder, until } from '../helpers/station'
import type { DesktopApp, DesktopDriver } from './driver'
import { realElectron } from './real-electron'
import { standIn } from './stand-in'
import { call, clickTray, isVisible, mp3Mount, studioOf, told, tray } from './window'

declare global {
  interface Window {
    wavedesk: Desktop
    hacked?: boolean
    ports?: number
  }
}

// A whole application starts within some of these, on machines that do other things too.
vi.setConfig({ testTimeout: 90_000 })

const freePorts = ['--port', '0', '--listen-port', '0', '--rtmp-port', '0']
function specs(driver: DesktopDriver) {
  const dataDir = temporaryFolder('desktop')
  let app: DesktopApp
  let page: Page
  let listener: MountListener

  beforeAll(async () => {
    app = await driver.launch({ args: ['--data-dir', dataDir, ...freePorts, '--demo'] })
    page = await studioOf(app)
  })
  afterAll(async () => {
    await app?.kill()
    rmSync(dataDir, { recursive: true, force: true })
  })

  describe('the window', () => {
    test('opens the studio with no sign-in', async () => {
      await page.getByRole('button', { name: 'On air', exact: false }).first().waitFor()
      expect(await page.locator('input[type=password]').count()).toBe(0)
      expect(await call(page, 'GET', '/api/auth/me')).toMatchObject({ via: 'desktop', role: 'owner' })
    })

    test('gives its page no Node, and of the desktop a few calls alone', async () => {
      const seen = await page.evaluate(() => ({
        node: [typeof globalThis['require' as never], typeof globalThis['process' as never]],
        calls: Object.keys(window.wavedesk).sort(),
        frozen: Object.isFrozen(window.wavedesk),
      }))
      expect(seen).toEqual({
        node: ['undefined', 'undefined'],
        calls: ['chooseFolder', 'requestMicrophone', 'requestPort', 'showFile', 'tellMicrophone'],
        frozen: true,
      })
    })

    test('every answer carries a strict policy, and no script but ours runs', async () => {
      const policies = await page.evaluate(() =>
        Promise.all(
          ['/', '/api/playout', '/api/nothing', '/api/tracks/1/file'].map(async (path) =>
            (await fetch(path)).headers.get('content-security-policy'),
          ),
        ),
      )
      for (const policy of policies) expect(policy).toContain("default-src 'none'; script-src 'self';")
      await page.evaluate(() => {
        const script = document.createElement('script')
        script.textContent = 'window.hacked = true'
        document.head.append(script)
      })
      expect(await page.evaluate(() => window.hacked)).toBeUndefined()
    })

    test('asks the computer for a folder', async () => {
      await app.inMain(() => {
        globalThis.desktopSpy.answers.showOpenDialog.push({ canceled: false, filePaths: ['/music'] })
      })
      expect(await page.evaluate(() => window.wavedesk.chooseFolder())).toBe('/music')
      expect(await page.evaluate(() => window.wavedesk.chooseFolder())).toBeNull()
    })

    test('shows a file only by its whole path', async () => {
      await page.evaluate(() => window.wavedesk.showFile('music/a.mp3'))
      await page.evaluate(() => window.wavedesk.showFile('/music/a.mp3'))
      expect(await told(app, 'showItemInFolder')).toEqual([['/music/a.mp3']])
    })
  })

  describe('on air', () => {
    test('pressing On air puts the station on air, and the mount sounds', async () => {
      await until(
        () => call(page, 'GET', '/api/tracks'),
        ({ total }) => total === 6,
        60,
      )
      await page.getByRole('button', { name: 'On air', exact: false }).first().click()
      await until(
        () => call(page, 'GET', '/api/playout'),
        (air) => air.onAir && air.item !== null,
      )
      listener = await listen(await mp3Mount(page))
      await listener.more(48_000)
      expect(await meanVolume(listener.recording())).toBeGreaterThan(-40)
    })

    test('the state reaches the window over the message port', async () => {
      await page.getByText('ON AIR', { exact: true }).waitFor()
      await call(page, 'PATCH', '/api/settings', { 'station.name': 'Radio Window' })
      await page.getByText('Radio Window', { exact: true }).waitFor()
      const sockets = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
      expect(sockets.filter((name) => name.startsWith('ws'))).toEqual([])
    })

    test('the computer is kept awake', async () => {
      await until(
        () => told(app, 'powerSave.start'),
        (starts) => starts.length === 1,
      )
      expect(await told(app, 'powerSave.start')).toEqual([['prevent-app-suspension']])
      expect(await told(app, 'powerSave.stop')).toEqual([])
    })

    test('after a reload the window is connected again', async () => {
      await page.reload()
      await page.getByText('Radio Window', { exact: true }).waitFor()
      await call(page, 'PATCH', '/api/settings', { 'station.name': 'Radio Reloaded' })
      await page.getByText('Radio Reloaded', { exact: true }).waitFor()
    })
  })

  describe('what a page may not do', () => {
    test('go elsewhere: an address outside opens in the browser', async () => {
      const before = page.url()
      await page.evaluate(() => {
        window.location.href = 'https://example.com/away'
      })
      await until(
        () => told(app, 'openExternal'),
        (opened) => opened.length === 1,
      )
      expect(await told(app, 'openExternal')).toEqual([['https://example.com/away']])
      expect(page.url()).toBe(before)
    })

    test('open windows: an address outside opens in the browser', async () => {
      const windows = () => app.inMain(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)
      await page.evaluate(() => void window.open('https://example.com/popup'))
      await until(
        () => told(app, 'openExternal'),
        (opened) => opened.length === 2,
      )
      expect((await told(app, 'openExternal'))[1]).toEqual(['https://example.com/popup'])
      expect(await windows()).toBe(1)
    })

    test('use a device other than the microphone', async () => {
      const ask = (constraints: MediaStreamConstraints) =>
        page.evaluate(
          (constraints) =>
            navigator.mediaDevices.getUserMedia(constraints).then(
              (stream) => {
                const kinds = stream.getTracks().map(({ kind }) => kind)
                for (const track of stream.getTracks()) track.stop()
                return kinds.join()
              },
              (error: Error) => error.name,
            ),
          constraints,
        )
      expect(await ask({ audio: true })).toBe('audio')
      expect(await ask({ video: true })).toBe('NotAllowedError')
      expect(await ask({ audio: true, video: true })).toBe('NotAllowedError')
      const position = await page.evaluate(
        () =>
          new Promise((resolve) =>
            navigator.geolocation.getCurrentPosition(
              () => resolve('allowed'),
              ({ code }) => resolve(code),
            ),
          ),
      )
      expect(position).toBe(1)
    })

    test('ask anything of the desktop or the station when it comes from elsewhere', async () => {
      await app.inMain(async ({ BrowserWindow, app: electronApp }) => {
        const preload = `${electronApp.getAppPath()}/out/preload/index.cjs`
        const foreign = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } })
        await foreign.loadURL('data:text/html,<title>elsewhere</title>')
      })
      const [foreign] = await until(
        async () => app.pages().filter((one) => one.url().startsWith('data:')),
        (found) => found.length === 1,
      )
      if (!foreign) throw new Error('There is no foreign page.')
      const answers = await foreign.evaluate(async (stop) => {
        window.ports = 0
        window.addEventListener('message', ({ ports }) => {
          window.ports = (window.ports ?? 0) + ports.length
        })
        window.wavedesk.requestPort()
        const refusal = (error: Error) => error.message
        const folder = await window.wavedesk.chooseFolder().catch(refusal)
        const file = await window.wavedesk.showFile('/etc/passwd').catch(refusal)
        await fetch(stop, { method: 'POST', mode: 'no-cors' }).catch(() => {})
        return { folder, file, ports: window.ports }
      }, new URL('/api/playout/stop', page.url()).href)
      expect(answers.folder).toContain('This page may not ask that.')
      expect(answers.file).toContain('This page may not ask that.')
      expect(answers.ports).toBe(0)
      expect((await call(page, 'GET', '/api/playout')).onAir).toBe(true)
      await app.inMain(({ BrowserWindow }) => {
        for (const one of BrowserWindow.getAllWindows()) {
          if (one.webContents.getURL().startsWith('data:')) one.destroy()
        }
      })
    })
  })

  describe('the tray', () => {
    test('says what is on air, with the icon of it', async () => {
      const { item } = await call(page, 'GET', '/api/playout')
      const { tip, icon } = await until(
        () => tray(app),
        ({ tip }) => tip.includes('Radio Reloaded: On air'),
      )
      expect(tip).toContain(item.title)
      expect(icon).toBe('tray-on-air.png')
    })

    test('skips and fades', async () => {
      for (const label of ['Skip', 'Fade now']) {
        const before = (await call(page, 'GET', '/api/playout')).item.queueId
        await clickTray(app, label)
        const { item } = await until(
          () => call(page, 'GET', '/api/playout'),
          (air) => air.item !== null && air.item.queueId !== before,
        )
        await until(
          () => tray(app),
          ({ tip }) => tip.includes(item.title),
        )
      }
    })

    test('talks with the window’s microphone, over its own port, and stops', async () => {
      const { voices } = await until(
        async () => {
          await clickTray(app, 'Talk').catch(() => {})
          return until(
            () => call(page, 'GET', '/api/playout'),
            (air) => air.voices.length === 1,
            20,
          ).catch(() => ({ voices: [] }))
        },
        (air) => air.voices.length === 1,
        60,
      )
      expect(voices).toMatchObject([{ presenter: 'Desktop', mode: 'talkover' }])
      const { sources } = await call(page, 'GET', '/api/live')
      expect(sources).toMatchObject([{ protocol: 'microphone', address: 'this computer' }])
      const meter = await until(
        () => call(page, 'GET', '/api/playout/meter'),
        ({ live }) => live[0]?.peakDbfs > -60,
      )
      console.log(`microphone to the program on the desktop: ${Math.round(meter.live[0].latencySeconds * 1000)} ms`)
      await until(
        () =>
          clickTray(app, 'Stop talking').then(
            () => true,
            () => false,
          ),
        Boolean,
      )
      await until(
        () => call(page, 'GET', '/api/playout'),
        (air) => air.voices.length === 0,
      )
    })

    test('goes off air, lets the computer sleep, and goes on air again', async () => {
      await clickTray(app, 'Go off air')
      await until(
        () => tray(app),
        ({ icon, tip }) => icon === 'tray-off.png' && tip.includes('Off air'),
      )
      expect(await told(app, 'powerSave.stop')).toHaveLength(1)
      await clickTray(app, 'Go on air')
      await until(
        () => tray(app),
        ({ icon }) => icon === 'tray-on-air.png',
      )
      expect(await told(app, 'powerSave.start')).toHaveLength(2)
      listener.leave()
      listener = await listen(await mp3Mount(page))
      await listener.more(16_000)
    })

    test('starts and stops each output', async () => {
      const opus = async () =>
        (await call(page, 'GET', '/api/outputs')).outputs.find(({ id }: { id: string }) => id === 'opus')
      const entry = (click: boolean) =>
        app.inMain((_electron, click) => {
          const outputs = globalThis.desktopSpy.entry('Outputs')
          const found = outputs?.submenu?.items.find(({ label }) => label === 'Opus stream')
          if (click) found?.click()
          return found?.checked
        }, click)
      await entry(true)
      await until(opus, ({ enabled, state }) => !enabled && state === 'off')
      await until(
        () => entry(false),
        (checked) => checked === false,
      )
      await entry(true)
      await until(opus, ({ enabled, state }) => enabled && state === 'running')
    })

    test('shows a destination that fails as a fault, and starts and stops it', async () => {
      const { id } = await call(page, 'POST', '/api/destinations', {
        name: 'Nobody & there',
        kind: 'rtmp',
        serverUrl: 'rtmp://127.0.0.1:9/live',
        streamKey: 'secret-key-of-the-tests',
      })
      const destination = async () =>
        (await call(page, 'GET', '/api/destinations')).find((one: { id: number }) => one.id === id)
      const toggle = () =>
        app.inMain(() => {
          const outputs = globalThis.desktopSpy.entry('Outputs')
          const entry = outputs?.submenu?.items.find(({ label }) => label.startsWith('Nobody'))
          if (!entry) return ''
          entry.click()
          return entry.label
        })
      await until(toggle, (label) => label === 'Nobody && there')
      await until(destination, ({ wanted, state }) => wanted && state !== 'off')
      await until(
        () => tray(app),
        ({ icon, tip }) => icon === 'tray-fault.png' && tip.includes('needs attention'),
        30,
      )
      await call(page, 'DELETE', `/api/destinations/${id}`)
      await until(
        () => tray(app),
        ({ icon }) => icon === 'tray-on-air.png',
      )
    })
  })

  describe('what is kept', () => {
    test('a stream key is sealed by the system’s own store', async () => {
      const { id } = await call(page, 'POST', '/api/destinations', {
        name: 'Sealed',
        kind: 'rtmp',
        serverUrl: 'rtmp://127.0.0.1:9/live',
        streamKey: 'another-key-of-the-tests',
      })
      const db = new DatabaseSync(join(dataDir, 'wavedesk.db'), { readOnly: true })
      const sealed = db.prepare('SELECT sealed FROM secrets').all() as { sealed: Uint8Array }[]
      db.close()
      const opened = await app.inMain(
        async ({ safeStorage }, sealed) => (await safeStorage.decryptStringAsync(Buffer.from(sealed, 'base64'))).result,
        Buffer.from(sealed[0]?.sealed ?? []).toString('base64'),
      )
      expect(opened).toBe('another-key-of-the-tests')
      expect(Buffer.from(sealed[0]?.sealed ?? []).includes('another')).toBe(false)
      await call(page, 'DELETE', `/api/destinations/${id}`)
    })

    test('settings go to the file that a server keeps them in', () => {
      const kept = JSON.parse(readFileSync(join(dataDir, 'settings.json'), 'utf8'))
      expect(kept).toMatchObject({ 'station.name': 'Radio Reloaded' })
    })
  })

  describe('closing and opening', () => {
    const closeWindow = () => app.inMain(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())

    test('closing the window hides it, says so once, and the station plays on', async () => {
      await closeWindow()
      expect(await isVisible(app)).toBe(false)
      await app.inMain(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.show())
      await closeWindow()
      expect(await told(app, 'notification')).toEqual([['Wavedesk keeps playing', expect.stringContaining('runs on')]])
      await listener.more(32_000)
      expect(listener.closed).toBe(false)
    })

    test('starting it again shows the window of the first', async () => {
      const second = await driver.run({ args: ['--data-dir', dataDir, ...freePorts] })
      expect(second.code, second.stderr).toBe(0)
      await until(
        () => isVisible(app),
        (visible) => visible,
      )
    })

    test('the tray shows the window', async () => {
      await closeWindow()
      await clickTray(app, 'Show window')
      expect(await isVisible(app)).toBe(true)
    })

    test('quitting asks while on air, and staying is an answer', async () => {
      await clickTray(app, 'Quit')
      await until(
        () => told(app, 'showMessageBox'),
        (asked) => asked.length === 1,
      )
      await listener.more(16_000)
      expect((await call(page, 'GET', '/api/playout')).onAir).toBe(true)
    })

    test('quitting closes the station cleanly, and a server goes on from the same folder', async () => {
      await app.inMain(() => {
        globalThis.desktopSpy.answers.showMessageBox.push(1)
        setTimeout(() => globalThis.desktopSpy.entry('Quit')?.click(), 50)
      })
      const { code, stderr } = await app.ended
      expect(code, stderr).toBe(0)
      const server = await startStation({ dataDir })
      const settings: { key: string; value: unknown }[] = await server.get('/api/settings')
      expect(settings.find(({ key }) => key === 'station.name')?.value).toBe('Radio Reloaded')
      expect((await server.get('/api/tracks')).total).toBe(6)
      expect(await server.stop()).toBe(0)
    })
  })

  describe('starts that go wrong', () => {
    test('a port in use is said in one sentence in an error box, with code 2', async () => {
      const folder = temporaryFolder('desktop-port')
      const errorBox = join(folder, 'error-box')
      const taken = createServer().listen(0, '127.0.0.1')
      await new Promise((resolve) => taken.once('listening', resolve))
      const { port } = taken.address() as { port: number }
      const { code, stderr } = await driver.run({
        args: ['--data-dir', join(folder, 'data'), '--port', String(port), '--listen-port', '0', '--rtmp-port', '0'],
        environment: { WAVEDESK_TEST_ERROR_BOX: errorBox },
      })
      taken.close()
      expect(code, stderr).toBe(2)
      const boxes = readFileSync(errorBox, 'utf8').trim().split('\n')
      expect(boxes).toHaveLength(1)
      expect(JSON.parse(boxes[0] ?? '')).toEqual({
        title: 'Wavedesk cannot start',
        content: expect.stringMatching(new RegExp(`^Port ${port} .* in use, .*$`)),
      })
      rmSync(folder, { recursive: true, force: true })
    })

    test('an unknown flag is said in an error box, and Chromium’s own flags are none', async () => {
      const folder = temporaryFolder('desktop-flag')
      const errorBox = join(folder, 'error-box')
      const { code } = await driver.run({
        args: ['--data-dir', folder, '--disable-gpu', '--prot', '1'],
        environment: { WAVEDESK_TEST_ERROR_BOX: errorBox },
      })
      expect(code).toBe(2)
      expect(readFileSync(errorBox, 'utf8')).toContain('--prot')
      rmSync(folder, { recursive: true, force: true })
    })

    test('a broken settings.json is kept aside and said; a service manager ends the station without a question', async () => {
      const folder = temporaryFolder('desktop-broken')
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'settings.json'), '{"station.name": "Half')
      const other = await driver.launch({ args: ['--data-dir', folder, ...freePorts, '--demo', '--on-air'] })
      const incidents = await call(await studioOf(other), 'GET', '/api/monitoring/incidents')
      expect(incidents.map(({ code }: { code: string }) => code)).toContain('brokenSettings')
      process.kill(other.pid, 'SIGTERM')
      const { code, stderr } = await other.ended
      expect(code, stderr).toBe(0)
      rmSync(folder, { recursive: true, force: true })
    })
  })
}

for (const driver of [standIn, realElectron]) {
  const { missing, name } = driver
  describe.skipIf(missing !== null)(`the desktop in ${name}${missing ? ` (not run: ${missing})` : ''}`, () =>
    specs(driver),
  )
}
