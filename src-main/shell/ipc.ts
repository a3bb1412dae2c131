// Every message of the page: checked for where it came from, then answered.
import { isAbsolute } from 'node:path'
import type { Me } from '@contract/access'
import { channels, type MicrophoneState } from '@contract/desktop'
import {
  BrowserWindow,
  dialog,
  type IpcMainInvokeEvent,
  ipcMain,
  MessageChannelMain,
  type MessagePortMain,
  shell,
} from 'electron'
import type { Station } from '../station'
import { desktopMe } from './app-scheme'
import { isOurFrame } from './origin'

const checked =
  <Args extends unknown[], Result>(handler: (event: IpcMainInvokeEvent, ...args: Args) => Result) =>
  (event: IpcMainInvokeEvent, ...args: Args): Result => {
    if (!isOurFrame(event.senderFrame)) throw new Error('This page may not ask that.')
    return handler(event, ...args)
  }

type MicrophonePipe = Parameters<Station['server']['microphone']>[0]

/** Messages that Electron has taken over are on their way: nothing waits on this side. */
const pipeOf = (port: MessagePortMain): MicrophonePipe => ({
  send: (message) => port.postMessage(message),
  backlogBytes: 0,
  onMessage: (listener) =>
    void port.on('message', ({ data }: { data: unknown }) => {
      if (typeof data === 'string') listener(data)
      else if (data instanceof Uint8Array) listener(data)
      else if (data instanceof ArrayBuffer) listener(new Uint8Array(data))
    }),
  onClose: (listener) => void port.once('close', listener),
  close: () => port.close(),
})

/**
 * @param connect serves the contract over a port, as the person in front of this computer
 * @param microphone takes the window's microphone
 * @param onMicrophone the window says how its microphone is
 */
export function answerPage(
  connect: (port: MessagePortMain, me: Me) => void,
  microphone: (pipe: MicrophonePipe, me: Me) => void,
  onMicrophone: (state: MicrophoneState) => void,
) {
  ipcMain.on(channels.requestMicrophone, (event) => {
    if (!isOurFrame(event.senderFrame)) return
    const { port1, port2 } = new MessageChannelMain()
    microphone(pipeOf(port1), desktopMe)
    port1.start()
    event.sender.postMessage(channels.microphone, null, [port2])
  })
  ipcMain.on(channels.microphoneState, (event, talking: unknown, monitoring: unknown) => {
    if (isOurFrame(event.senderFrame)) onMicrophone({ talking: talking === true, monitoring: monitoring === true })
  })
  ipcMain.on(channels.requestPort, (event) => {
    if (!isOurFrame(event.senderFrame)) return
    const { port1, port2 } = new MessageChannelMain()
    connect(port1, desktopMe)
    port1.start()
    event.sender.postMessage(channels.port, null, [port2])
  })
  ipcMain.handle(
    channels.chooseFolder,
    checked(async (event) => {
      const options = { properties: ['openDirectory' as const] }
      const window = BrowserWindow.fromWebContents(event.sender)
      const answer = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options))
      return answer.canceled ? null : (answer.filePaths[0] ?? null)
    }),
  )
  ipcMain.handle(
    channels.showFile,
    checked((_event, path: unknown) => {
      if (typeof path === 'string' && isAbsolute(path)) shell.showItemInFolder(path)
    }),
  )
}
