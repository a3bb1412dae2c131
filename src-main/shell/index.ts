// The desktop shell: the only room that knows Electron.
export { type DesktopOptions, startDesktop } from './desktop'
