// Desktop door: the Electron main process. Everything it does is in shell/.
import { join } from 'node:path'
import { app } from 'electron'
import { startDesktop } from './shell'

const appDir = app.getAppPath()
const resourcesDir = app.isPackaged ? join(process.resourcesPath, 'resources') : join(appDir, 'resources')

void startDesktop({ appDir, resourcesDir, args: process.argv.slice(app.isPackaged ? 1 : 2) })
