// Loaded into the main process before the application, on Electron and on its stand-in alike: writes down what leaves the
// application for the system, and answers the dialogues nobody is there to answer.
const { appendFileSync } = require('node:fs')
const electron = require('electron')

const calls = []
const answers = { showMessageBox: [], showOpenDialog: [] }
const state = { tip: '', icon: '', menu: null }
const spy = {
  calls,
  answers,
  tray: state,
  of: (what) => calls.filter((call) => call.what === what).map((call) => call.args),
  /** @returns the entry of the tray's menu with this label */
  entry: (label) => state.menu?.items.find((item) => item.label === label),
}
globalThis.desktopSpy = spy

const note = (what, ...args) => calls.push({ what, args })

/** Puts `instead` in the place of a method; it gets the original. */
function replace(holder, name, instead) {
  const original = holder[name]
  holder[name] = function replaced(...args) {
    return instead.call(this, original, ...args)
  }
}

const paths = new WeakMap()
replace(electron.nativeImage, 'createFromPath', function create(original, path) {
  const image = original.call(this, path)
  paths.set(image, path)
  return image
})
replace(electron.Tray.prototype, 'setImage', function setImage(original, image) {
  state.icon = paths.get(image) ?? ''
  return original.call(this, image)
})
replace(electron.Tray.prototype, 'setToolTip', function setToolTip(original, tip) {
  state.tip = tip
  return original.call(this, tip)
})
replace(electron.Tray.prototype, 'setContextMenu', function setContextMenu(original, menu) {
  state.menu = menu
  return original.call(this, menu)
})
replace(electron.Notification.prototype, 'show', function show() {
  note('notification', this.title, this.body)
})
for (const name of ['openExternal', 'showItemInFolder', 'openPath']) {
  replace(electron.shell, name, async (_original, target) => note(name, target))
}
for (const name of ['start', 'stop']) {
  replace(electron.powerSaveBlocker, name, function block(original, subject) {
    note(`powerSave.${name}`, subject)
    return original.call(this, subject)
  })
}
replace(electron.dialog, 'showMessageBox', async (_original, ...args) => {
  const options = args.at(-1)
  note('showMessageBox', options)
  return { response: answers.showMessageBox.shift() ?? options.cancelId ?? 0, checkboxChecked: false }
})
replace(electron.dialog, 'showOpenDialog', async (_original, ...args) => {
  note('showOpenDialog', args.at(-1))
  return answers.showOpenDialog.shift() ?? { canceled: true, filePaths: [] }
})
replace(electron.dialog, 'showErrorBox', (_original, title, content) => {
  // The process ends right after, so this one goes to a file.
  const file = process.env.WAVEDESK_TEST_ERROR_BOX
  if (file) appendFileSync(file, `${JSON.stringify({ title, content })}\n`)
})
