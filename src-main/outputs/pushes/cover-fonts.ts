// The fonts of the picture: shipped with the application, so that a title is legible whatever the computer has installed.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, sep } from 'node:path'
import { GlobalFonts } from '@napi-rs/canvas'

const packages = createRequire(import.meta.url)

interface ShippedFont {
  package: string
  file: string
  family: string
  /** Read once a text has such a character: those of East Asia take several megabytes each. */
  neededFor: RegExp
}

/** In the order in which they are tried for a character. */
const shipped: readonly ShippedFont[] = [
  { package: '@embedpdf/fonts-latin', file: 'fonts/NotoSans-Bold.ttf', family: 'Cover Latin', neededFor: /^/ },
  {
    package: '@embedpdf/fonts-arabic',
    file: 'fonts/NotoNaskhArabic-Bold.ttf',
    family: 'Cover Arabic',
    neededFor: /\p{Script=Arabic}/u,
  },
  {
    package: '@embedpdf/fonts-hebrew',
    file: 'fonts/NotoSansHebrew-Bold.ttf',
    family: 'Cover Hebrew',
    neededFor: /\p{Script=Hebrew}/u,
  },
  {
    package: '@expo-google-fonts/noto-sans-devanagari',
    file: '700Bold/NotoSansDevanagari_700Bold.ttf',
    family: 'Cover Devanagari',
    neededFor: /\p{Script=Devanagari}/u,
  },
  {
    package: '@embedpdf/fonts-jp',
    file: 'fonts/NotoSansJP-Bold.otf',
    family: 'Cover Japanese',
    neededFor: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u,
  },
  {
    package: '@embedpdf/fonts-sc',
    file: 'fonts/NotoSansHans-Bold.otf',
    family: 'Cover Chinese',
    neededFor: /\p{Script=Han}/u,
  },
  {
    package: '@embedpdf/fonts-kr',
    file: 'fonts/NotoSansKR-Bold.otf',
    family: 'Cover Korean',
    neededFor: /\p{Script=Hangul}/u,
  },
]

const read = new Set<string>()

function packageFolder(name: string): string {
  const inside = packages.resolve(name)
  const folder = name.split('/').join(sep)
  return inside.slice(0, inside.lastIndexOf(folder) + folder.length)
}

/** @returns the families for a CSS font, every script of `text` among them */
export function coverFonts(text: string): string {
  for (const font of shipped) {
    if (read.has(font.family) || !font.neededFor.test(text)) continue
    // As bytes: the drawing library is native and could not look into the application's archive.
    GlobalFonts.register(readFileSync(join(packageFolder(font.package), font.file)), font.family)
    read.add(font.family)
  }
  return [...shipped.filter(({ family }) => read.has(family)).map(({ family }) => `"${family}"`), 'sans-serif'].join(
    ', ',
  )
}
