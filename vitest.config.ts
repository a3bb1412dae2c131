import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { rolldown } from 'rolldown'
import { defineConfig, type Plugin } from 'vitest/config'

const alias = { '@contract': resolve(import.meta.dirname, 'src-contract') }

/** Gives Vitest electron-vite's `?modulePath`: the worker is bundled once into the cache and its path exported. */
function nodeWorkers(): Plugin {
  return {
    name: 'node-workers',
    enforce: 'pre',
    async resolveId(id, from) {
      const match = /^(.*)\?modulePath$/.exec(id)
      if (!match) return null
      const resolved = await this.resolve(match[1] ?? '', from)
      return resolved && `\0modulePath:${resolved.id}`
    },
    async load(id) {
      const match = /^\0modulePath:(.*)$/.exec(id)
      if (!match) return null
      const input = match[1] ?? ''
      const bundle = await rolldown({
        input,
        platform: 'node',
        resolve: { alias },
        // A worker may start workers of its own.
        plugins: [nodeWorkers()],
        external: /^(node:|[^./\0@]|@(?!contract\/))/,
      })
      // One file for each test process: two suites that bundle the same worker must not write over each other.
      const folder = resolve(import.meta.dirname, 'node_modules/.cache/workers', String(process.pid))
      mkdirSync(folder, { recursive: true })
      const file = resolve(folder, `${input.replaceAll(/\W/g, '_')}.mjs`)
      await bundle.write({ file, format: 'esm', sourcemap: 'inline', codeSplitting: false })
      return `export default ${JSON.stringify(file)}`
    },
  }
}

export default defineConfig({
  plugins: [nodeWorkers()],
  resolve: { alias },
  test: {
    include: ['src-*/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'],
    environment: 'node',
    setupFiles: ['tests/helpers/leaks.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
