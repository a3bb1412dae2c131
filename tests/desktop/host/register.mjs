// Puts the stand-in in the place of Electron, for `import` and `require` alike: node --import ./register.mjs boot.mjs APP
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

const standIn = new URL('./electron.ts', import.meta.url).href
const here = new URL('./', import.meta.url).href

registerHooks({
  resolve(specifier, context, next) {
    if (/^electron(\/(main|common))?$/.test(specifier)) return { url: standIn, shortCircuit: true }
    if (context.parentURL?.startsWith(here) && specifier.startsWith('./')) {
      const url = new URL(`${specifier}.ts`, context.parentURL)
      if (existsSync(fileURLToPath(url))) return { url: url.href, shortCircuit: true }
    }
    return next(specifier, context)
  },
})
