// What Electron's own binary does: reads the application's package.json, runs its main script, then becomes ready.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from './app'
import { answerTests } from './control'

const [, , folder, ...args] = process.argv
const before = args[0] === '-r' ? args.splice(0, 2)[1] : undefined
process.argv = [process.argv[0], folder, ...args]
process.type = 'browser'
app.boot(folder)
answerTests()
if (before) createRequire(import.meta.url)(before)
const { main } = JSON.parse(readFileSync(resolve(folder, 'package.json'), 'utf8'))
await import(pathToFileURL(resolve(folder, main)).href)
app.becomeReady()
