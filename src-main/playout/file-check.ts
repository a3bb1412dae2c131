// Is a file there, without ever waiting long: a network share that hangs must not hold up the planner.
import { access, constants } from 'node:fs/promises'
import { dirname } from 'node:path'

const patienceMs = 1500
/** Each folder that hangs takes one of the few threads that look at files; no more of them than this. */
const mostHanging = 2

export type FileCheck = (path: string) => Promise<string | null>

const noAnswer = 'The folder does not answer.'

/** @returns a check that answers with null when the file can be read, else with why not, in words */
export function createFileCheck(look: (path: string) => Promise<void> = canRead): FileCheck {
  const hanging = new Set<string>()
  return async (path) => {
    const folder = dirname(path)
    if (hanging.has(folder)) return noAnswer
    // The engine finds out by itself; its decoders are processes of their own.
    if (hanging.size >= mostHanging) return null
    const looking = look(path).then(
      () => null,
      (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? 'The file is gone.' : 'The file cannot be read.'),
    )
    let timer: NodeJS.Timeout | undefined
    const tooLate = new Promise<typeof noAnswer>((resolve) => {
      timer = setTimeout(() => resolve(noAnswer), patienceMs)
    })
    const answer = await Promise.race([looking, tooLate])
    clearTimeout(timer)
    if (answer === noAnswer) {
      hanging.add(folder)
      void looking.finally(() => hanging.delete(folder))
    }
    return answer
  }
}

const canRead = (path: string) => access(path, constants.R_OK)
