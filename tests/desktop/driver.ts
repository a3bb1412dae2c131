// The desktop application as the specs see it: its pages, its main process, its end. Two of them: the stand-in host, and
// Electron itself where its binary is there.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type * as Electron from 'electron'
import type { Page } from 'playwright-core'

export interface Spy {
  calls: { what: string; args: unknown[] }[]
  answers: { showMessageBox: number[]; showOpenDialog: { canceled: boolean; filePaths: string[] }[] }
  tray: { tip: string; icon: string }
  of(what: string): unknown[][]
  entry(label: string): Electron.MenuItem | undefined
}

declare global {
  /** In the application's main process; see spy.cjs. */
  var desktopSpy: Spy
}

export interface LaunchOptions {
  args: readonly string[]
  environment?: NodeJS.ProcessEnv
}

export interface DesktopApp {
  readonly pid: number
  pages(): Page[]
  /**
   * Runs a function in the main process; it is sent as text, so it may use its arguments and globals alone.
   * @param arg anything that survives as JSON
   */
  inMain<Result, Arg = undefined>(
    work: (electron: typeof Electron, arg: Arg) => Result | Promise<Result>,
    arg?: Arg,
  ): Promise<Result>
  /** Resolves once the application has ended by itself. */
  readonly ended: Promise<{ code: number | null; stderr: string }>
  /** Ends it whatever it does. */
  kill(): Promise<void>
}

export interface DesktopDriver {
  name: string
  /** Why it cannot run here, or null. */
  missing: string | null
  launch(options: LaunchOptions): Promise<DesktopApp>
  /** Runs it without looking inside, for starts that end by themselves. */
  run(options: LaunchOptions): Promise<{ code: number | null; stderr: string }>
}

/** Resolves when a process has ended and said everything. */
export async function endOf(child: ChildProcess): Promise<{ code: number | null; stderr: string }> {
  let stderr = ''
  child.stderr?.on('data', (text) => {
    stderr += text
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stderr }
}
