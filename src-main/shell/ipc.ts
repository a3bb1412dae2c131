// Every message of the page: checked for where it came from, then answered.
import { isAbsolute } from 'node:path'
import type { Me } from '@contract/access'
import { channels } from '@contract/desktop'
import {
  BrowserWindow,
  dialog,
  type IpcMainInvokeEvent,
  ipcMain,
  MessageChannelMain,
  type MessagePortMain,
  shell,
} from 'electron'
import { desktopMe } from './app-scheme'
import { isOurFrame } from './origin'

const checked =
  <Args extends unknown[], Result>(handler: (event: IpcMainInvokeEvent, ...args: Args) => Result) =>
  (event: IpcMainInvokeEvent, ...args: Args): Result => {
    if (!isOurFrame(event.senderFrame)) throw new Error('This page may not ask that.')
    return handler(event, ...args)
  }

/** @param connect serves the contract over a port, as the person in front of this computer */
export function answerPage(connect: (port: MessagePortMain, me: Me) => void) {
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
