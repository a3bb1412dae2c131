// Is a file there, without ever waiting long: a network share that hangs must not hold up the planner.
import { access, constants } from 'node:fs/promises'

const patienceMs = 1500

export type FileCheck = (path: string) => Promise<string | null>

/** @returns a check that answers with null when the file can be read, else with why not, in words */
export function createFileCheck(): FileCheck {
  let hanging: Promise<unknown> | null = null
  return async (path) => {
    // One thread of the pool may hang at a share that is gone, not all of them.
    if (hanging) return 'The folder does not answer.'
    const look = access(path, constants.R_OK).then(
      () => null,
      (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? 'The file is gone.' : 'The file cannot be read.'),
    )
    let timer: NodeJS.Timeout | undefined
    const tooLate = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve('The folder does not answer.'), patienceMs)
    })
    const answer = await Promise.race([look, tooLate])
    clearTimeout(timer)
    if (answer === 'The folder does not answer.') {
      hanging = look.finally(() => {
        hanging = null
      })
    }
    return answer
  }
}
