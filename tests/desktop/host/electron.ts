// The module `electron` as the application sees it in this stand-in.
import { app } from './app'
import { ipcMain } from './ipc'
import {
  dialog,
  Menu,
  MenuItem,
  Notification,
  nativeImage,
  net,
  powerMonitor,
  powerSaveBlocker,
  shell,
  Tray,
} from './native'
import { MessageChannelMain } from './ports'
import { safeStorage } from './safe-storage'
import { protocol } from './schemes'
import { session } from './session'
import { BrowserWindow } from './windows'

export {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MenuItem,
  MessageChannelMain,
  Notification,
  nativeImage,
  net,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  session,
  shell,
  Tray,
}
// electron-store takes the whole as a default.
export default { app, ipcMain, shell, dialog, BrowserWindow }
