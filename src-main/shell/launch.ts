// What the desktop was started with: our own flags without Chromium's, and one profile for each data folder, so that one
// data folder has one window and the window's own files stay out of the station's.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { app } from 'electron'
import { type LaunchOptions, parseLaunchOptions } from '../station'

/** Chromium's switches stand on the same line; an AppImage, for one, starts itself with --no-sandbox. */
const ofChromium =
  /^--(no-sandbox|no-zygote|disable-|enable-|force-|ozone-|use-|gtk-version|in-process-gpu|password-store|proxy-|lang=|remote-|user-data-dir|js-flags|inspect|trace-|v=|vmodule)/

/**
 * @param args without the program's name
 * @throws StationError validation for an unknown flag or a value of the wrong kind
 */
export function readLaunch(args: readonly string[]): LaunchOptions {
  const launch = parseLaunchOptions(args.filter((arg) => !ofChromium.test(arg)))
  return { ...launch, dataDir: resolve(launch.dataDir) }
}

/** To be called before the lock of the single instance is asked for: it goes by this folder. */
export function keepProfileIn(dataDir: string): void {
  const profile = join(dataDir, 'window')
  try {
    mkdirSync(profile, { recursive: true, mode: 0o750 })
    app.setPath('userData', profile)
    app.setPath('sessionData', profile)
  } catch {
    // A data folder that cannot be used is refused by the station, with a sentence.
  }
}
