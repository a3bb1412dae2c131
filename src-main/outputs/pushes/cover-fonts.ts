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
    package: '@expo-google-fonts/noto-sans-thai',
    file: '700Bold/NotoSansThai_700Bold.ttf',
    family: 'Cover Thai',
    neededFor: /\p{Script=Thai}/u,
  },
  {
    package: '@expo-google-fonts/noto-sans-georgian',
    file: '700Bold/NotoSansGeorgian_700Bold.ttf',
    family: 'Cover Georgian',
    neededFor: /\p{Script=Georgian}/u,
  },
  {
    package: '@expo-google-fonts/noto-sans-armenian',
    file: '700Bold/NotoSansArmenian_700Bold.ttf',
    family: 'Cover Armenian',
    neededFor: /\p{Script=Armenian}/u,
  },
  {
    package: '@embedpdf/fonts-jp',
    file: 'fonts/NotoSansJP-Bold.otf',
    family: 'Cover Japanese',
    // Its symbols too: arrows, stars, notes, hearts.
    neededFor: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u2190-\u27bf\u3000-\u303f\uff00-\uffef]/u,
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

/** Scripts for which the computer's own fonts are asked, as far as it has some. */
const others = [
  ...['Bengali', 'Ethiopic', 'Gujarati', 'Gurmukhi', 'Kannada', 'Khmer', 'Lao', 'Malayalam', 'Myanmar', 'Oriya'],
  ...['Sinhala', 'Tamil', 'Telugu', 'Tibetan'],
].map((script) => ({ script, neededFor: new RegExp(`\\p{Script=${script}}`, 'u') }))
const systemFamilies = ['Nirmala UI', 'Leelawadee UI', 'Ebrima', 'Myanmar Text', 'Arial Unicode MS']

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
  const families = shipped.filter(({ family }) => read.has(family)).map(({ family }) => family)
  const found = others.filter(({ neededFor }) => neededFor.test(text)).map(({ script }) => `Noto Sans ${script}`)
  if (found.length > 0) families.push(...found, ...systemFamilies)
  return [...families.map((family) => `"${family}"`), 'sans-serif'].join(', ')
}

const emojiParts =
  /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|\p{Regional_Indicator}|[\u{1f000}-\u{1faff}]|[0-9#*]\ufe0f?\u20e3/gu
const joiners = /(?:\ufe0e|\ufe0f|\u20e3|\p{Co}|\p{Cn}|\p{Cc}|(?<![\p{L}\p{M}])\u200d)/gu

/** @returns the text without what no font of ours has: emoji would show as empty boxes */
export function legible(text: string): string {
  return text
    .replace(emojiParts, (part) => (/^[0-9#*]/.test(part) ? part.charAt(0) : ' '))
    .replace(joiners, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
}
