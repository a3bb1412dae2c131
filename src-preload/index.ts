// Hands the page one message port and a few desktop calls; nothing else of the computer reaches it.
import {
  channels,
  type Desktop,
  type MicrophoneOrder,
  microphoneMessage,
  microphoneOrderMessages,
  portMessage,
} from '@contract/desktop'
import { contextBridge, ipcRenderer } from 'electron'

ipcRenderer.on(channels.port, (event) => window.postMessage(portMessage, window.location.origin, event.ports))
ipcRenderer.on(channels.microphone, (event) =>
  window.postMessage(microphoneMessage, window.location.origin, event.ports),
)
ipcRenderer.on(channels.microphoneOrder, (_event, order: MicrophoneOrder) =>
  window.postMessage(microphoneOrderMessages[order], window.location.origin),
)

const desktop: Desktop = {
  chooseFolder: () => ipcRenderer.invoke(channels.chooseFolder) as Promise<string | null>,
  showFile: (path) => ipcRenderer.invoke(channels.showFile, path) as Promise<void>,
  requestPort: () => ipcRenderer.send(channels.requestPort),
  requestMicrophone: () => ipcRenderer.send(channels.requestMicrophone),
  tellMicrophone: ({ talking, monitoring }) => ipcRenderer.send(channels.microphoneState, talking, monitoring),
}
contextBridge.exposeInMainWorld('wavedesk', desktop)
