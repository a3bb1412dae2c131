// A note in the data folder for every child that runs, so that a start after a crash ends those that outlived it.
// A process id can belong to somebody else by then: a child is only ended when it began when the note says.
import { mkdirSync } from 'node:fs'
import { readdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'
import { linuxBirth, processStartedAt } from './process-figures'

const folderKey = 'wavedesk.pidFolder'
const startToleranceMs = 3000

interface PidNote {
  pid: number
  name: string
  startedAt: number
  birth: string | null
}

/** Sets where notes are kept, for this thread and every worker started after it. */
export function writeNotesTo(folder: string): void {
  mkdirSync(folder, { recursive: true })
  setEnvironmentData(folderKey, folder)
}

/**
 * Keeps a note of a child. Never waits for the disk: the caller may be pacing audio.
 * @returns a function that removes the note once the child has ended
 */
export function notePid(pid: number, name: string): () => void {
  const folder = getEnvironmentData(folderKey)
  if (typeof folder !== 'string') return () => {}
  const path = join(folder, `${pid}.json`)
  const note: PidNote = { pid, name, startedAt: Date.now(), birth: linuxBirth(pid) }
  const written = writeFile(path, JSON.stringify(note)).catch(() => {})
  return () => void written.then(() => unlink(path)).catch(() => {})
}

/**
 * Ends the children that a killed station left behind. Call it once at the start, when the data folder is locked.
 * @returns the names of those that were ended
 */
export async function sweepPidFolder(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^\d+\.json$/.test(name))
  const ended: string[] = []
  for (const name of names) {
    const path = join(folder, name)
    const note = await readNote(path)
    if (note && (await isStillThere(note)) && endNow(note.pid)) ended.push(note.name)
    await unlink(path).catch(() => {})
  }
  return ended
}

async function readNote(path: string): Promise<PidNote | null> {
  try {
    const note = JSON.parse(await readFile(path, 'utf8')) as PidNote
    return Number.isInteger(note.pid) && note.pid > 1 && Number.isFinite(note.startedAt) ? note : null
  } catch {
    return null
  }
}

async function isStillThere(note: PidNote): Promise<boolean> {
  if (note.birth) return linuxBirth(note.pid) === note.birth
  const startedAt = await processStartedAt(note.pid)
  return startedAt !== null && Math.abs(startedAt - note.startedAt) <= startToleranceMs
}

function endNow(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL')
    return true
  } catch {
    return false
  }
}
