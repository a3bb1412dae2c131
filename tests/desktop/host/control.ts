// The tests' lane into this process, over Node's own channel to the parent: run a function here, find Chromium.
import { runInThisContext } from 'node:vm'
import { app } from './app'
import { debuggingUrl } from './chromium'

interface Question {
  number: number
  /** A function as text, called with Electron and `arg`; without one the answer is where Chromium listens. */
  work?: string
  arg?: unknown
}

async function answer({ work, arg }: Question): Promise<unknown> {
  if (work === undefined) return debuggingUrl()
  const electron = await import('./electron')
  // The tests' own functions, in the global scope, as Playwright runs them in Electron.
  return runInThisContext(`(${work})`)(electron, arg)
}

export function answerTests() {
  if (!process.send) return
  process.on('message', (question: Question) => {
    answer(question).then(
      (value) => process.send?.({ number: question.number, value }),
      (error: Error) => process.send?.({ number: question.number, error: error.stack }),
    )
  })
  // Without the tests nobody would end this.
  process.on('disconnect', () => app.exit(1))
}
