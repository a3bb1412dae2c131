// Hands the page one message port and a few desktop calls; nothing else of the computer reaches it.
import { channels, type Desktop, portMessage } from '@contract/desktop'
import { contextBridge, ipcRenderer } from 'electron'

ipcRenderer.on(channels.port, (event) => window.postMessage(portMessage, window.location.origin, event.ports))

const desktop: Desktop = {
  chooseFolder: () => ipcRenderer.invoke(channels.chooseFolder) as Promise<string | null>,
  showFile: (path) => ipcRenderer.invoke(channels.showFile, path) as Promise<void>,
  requestPort: () => ipcRenderer.send(channels.requestPort),
}
contextBridge.exposeInMainWorld('wavedesk', desktop)
