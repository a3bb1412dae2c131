import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const at = (path: string) => resolve(import.meta.dirname, path)
const alias = { '@contract': at('src-contract') }

export default defineConfig({
  main: {
    resolve: { alias },
    build: {
      outDir: 'out/main',
      externalizeDeps: true,
      sourcemap: true,
      rolldownOptions: {
        input: {
          index: at('src-main/index.ts'),
          headless: at('src-main/headless.ts'),
          render: at('src-main/render.ts'),
          drill: at('src-main/drill.ts'),
        },
      },
    },
  },
  preload: {
    resolve: { alias },
    build: {
      outDir: 'out/preload',
      // A sandboxed preload may require electron alone, so everything else is bundled into one CommonJS file.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: at('src-preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src-renderer'),
    base: './',
    resolve: { alias },
    plugins: [react()],
    build: {
      outDir: at('out/renderer'),
      minify: true,
      // The content security policy knows no data: fonts.
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: {
          index: at('src-renderer/index.html'),
          player: at('src-renderer/player.html'),
          guest: at('src-renderer/guest.html'),
          list: at('src-renderer/list.html'),
          'api-docs': at('src-renderer/api-docs.html'),
        },
      },
    },
  },
})
