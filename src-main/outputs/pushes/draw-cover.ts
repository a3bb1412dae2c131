// Draws the picture of a push: artwork, station, artist and title, legible from across a room and on a phone.
import { type Canvas, createCanvas, type Image, type SKRSContext2D } from '@napi-rs/canvas'
import { coverFonts, legible } from './cover-fonts'

export interface CoverContent {
  station: string
  artist: string
  title: string
  /** A presenter is on air. */
  live: boolean
  artwork: Image | null
}

/** Side of the picture that is enlarged to a blurred background. */
const blurPixels = 12
const ground = '#0d1117'
const accent = '#2dd4bf'
const strong = '#f2f6fa'
const soft = '#a9b7c6'

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/

function backdrop(draw: SKRSContext2D, width: number, height: number, artwork: Image | null) {
  draw.fillStyle = ground
  draw.fillRect(0, 0, width, height)
  if (artwork) {
    // Blurred by drawing it tiny and then large: a real blur of this width takes a tenth of a second.
    const tiny = createCanvas(blurPixels, blurPixels)
    tiny.getContext('2d').drawImage(artwork, 0, 0, blurPixels, blurPixels)
    const side = Math.max(width, height) * 1.15
    draw.save()
    draw.imageSmoothingQuality = 'high'
    draw.globalAlpha = 0.5
    draw.drawImage(tiny, (width - side) / 2, (height - side) / 2, side, side)
    draw.restore()
  }
  const shade = draw.createLinearGradient(0, 0, width, height)
  shade.addColorStop(0, artwork ? 'rgba(13,17,23,0.45)' : '#101a26')
  shade.addColorStop(1, artwork ? 'rgba(13,17,23,0.88)' : ground)
  draw.fillStyle = shade
  draw.fillRect(0, 0, width, height)
}

/** Rings of a wave, where a track has no picture. */
function sign(draw: SKRSContext2D, x: number, y: number, side: number) {
  const tint = draw.createLinearGradient(x, y, x + side, y + side)
  tint.addColorStop(0, '#16303a')
  tint.addColorStop(1, '#0f3f3b')
  draw.fillStyle = tint
  draw.fillRect(x, y, side, side)
  draw.strokeStyle = accent
  draw.fillStyle = accent
  draw.lineWidth = side * 0.05
  draw.lineCap = 'round'
  const [centreX, centreY] = [x + side * 0.36, y + side * 0.5]
  draw.beginPath()
  draw.arc(centreX, centreY, side * 0.06, 0, Math.PI * 2)
  draw.fill()
  for (const radius of [0.17, 0.29, 0.41]) {
    draw.beginPath()
    draw.arc(centreX, centreY, side * radius, -Math.PI / 4.2, Math.PI / 4.2)
    draw.stroke()
  }
}

function picture(draw: SKRSContext2D, x: number, y: number, side: number, artwork: Image | null) {
  draw.save()
  draw.shadowColor = 'rgba(0,0,0,0.55)'
  draw.shadowBlur = side * 0.08
  draw.shadowOffsetY = side * 0.02
  draw.fillStyle = ground
  draw.beginPath()
  draw.roundRect(x, y, side, side, side * 0.03)
  draw.fill()
  draw.restore()
  draw.save()
  draw.beginPath()
  draw.roundRect(x, y, side, side, side * 0.03)
  draw.clip()
  if (artwork) {
    const crop = Math.min(artwork.width, artwork.height)
    draw.drawImage(artwork, (artwork.width - crop) / 2, (artwork.height - crop) / 2, crop, crop, x, y, side, side)
  } else sign(draw, x, y, side)
  draw.restore()
}

/** Breaks at spaces, and between characters where a script has none or a word is too long. */
function breakLines(draw: SKRSContext2D, text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'word' }).segment(text)) {
    const pieces = draw.measureText(segment).width > width ? [...segment] : [segment]
    for (const piece of pieces) {
      if (line.trim() !== '' && draw.measureText((line + piece).trimEnd()).width > width) {
        lines.push(line.trim())
        line = piece.trimStart()
      } else line += piece
    }
  }
  if (line.trim() !== '') lines.push(line.trim())
  return lines
}

interface TextBox {
  x: number
  width: number
  /** Size to begin with; it shrinks to four fifths and then to three fifths before the text is cut. */
  size: number
  colour: string
  mostLines: number
}

interface TextBlock {
  lines: string[]
  size: number
  /** From right to left, as its first letter is: every line then begins at the same edge. */
  turned: boolean
}

/** @returns the lines and size that fit */
function fitText(draw: SKRSContext2D, text: string, { width, size, mostLines }: TextBox): TextBlock {
  const turned = rightToLeft.test(/\p{L}/u.exec(text)?.[0] ?? '')
  let lines: string[] = []
  let fitted = size
  for (const share of [1, 0.8, 0.62]) {
    fitted = Math.round(size * share)
    draw.font = `bold ${fitted}px ${coverFonts(text)}`
    lines = breakLines(draw, text, width)
    if (lines.length <= mostLines) return { lines, size: fitted, turned }
  }
  const kept = lines.slice(0, mostLines)
  let last = kept.at(-1) ?? ''
  while (last !== '' && draw.measureText(`${last}…`).width > width) last = [...last].slice(0, -1).join('')
  return { lines: [...kept.slice(0, -1), `${last.trimEnd()}…`], size: fitted, turned }
}

function write(draw: SKRSContext2D, box: TextBox, block: TextBlock, top: number): number {
  draw.fillStyle = box.colour
  draw.textBaseline = 'alphabetic'
  let baseline = top
  for (const line of block.lines) {
    draw.font = `bold ${block.size}px ${coverFonts(line)}`
    draw.direction = block.turned ? 'rtl' : 'ltr'
    draw.textAlign = block.turned ? 'right' : 'left'
    baseline += block.size * 1.22
    draw.fillText(line, block.turned ? box.x + box.width : box.x, baseline)
  }
  return baseline + block.size * 0.1
}

function airMark(draw: SKRSContext2D, x: number, y: number, height: number, text: string) {
  draw.direction = 'ltr'
  draw.textAlign = 'left'
  draw.textBaseline = 'middle'
  draw.font = `bold ${Math.round(height * 0.5)}px ${coverFonts(text)}`
  const width = draw.measureText(text).width + height * 1.25
  draw.fillStyle = '#ff4757'
  draw.beginPath()
  draw.roundRect(x, y, width, height, height * 0.2)
  draw.fill()
  draw.fillStyle = '#ffffff'
  draw.beginPath()
  draw.arc(x + height * 0.45, y + height / 2, height * 0.13, 0, Math.PI * 2)
  draw.fill()
  draw.fillText(text, x + height * 0.78, y + height * 0.53)
  return width
}

/** @returns a canvas of exactly this size, in pixels */
export function drawCover(width: number, height: number, content: CoverContent): Canvas {
  const { artwork, live } = content
  const station = legible(content.station)
  const artist = legible(content.artist)
  const title = legible(content.title) || artist || station
  const canvas = createCanvas(width, height)
  const draw = canvas.getContext('2d')
  const margin = Math.round(height * 0.11)
  const side = height - 2 * margin
  backdrop(draw, width, height, artwork)
  picture(draw, margin, margin, side, artwork)
  const x = margin * 2 + side
  const box = { x, width: width - x - margin }
  const markHeight = Math.round(height * 0.07)
  const markWidth = airMark(draw, x, margin, markHeight, live ? 'LIVE' : 'ON AIR')
  const name = {
    x: x + markWidth + markHeight * 0.5,
    width: box.width - markWidth - markHeight * 0.5,
    size: Math.round(height * 0.045),
    colour: soft,
    mostLines: 1,
  }
  write(draw, name, fitText(draw, station, name), margin + markHeight * 0.02)
  const titleBox: TextBox = { ...box, size: Math.round(height * 0.115), colour: strong, mostLines: 3 }
  const artistBox: TextBox = { ...box, size: Math.round(height * 0.07), colour: accent, mostLines: 2 }
  const titleBlock = fitText(draw, title, titleBox)
  const artistBlock =
    artist === '' || artist === title ? { lines: [], size: 0, turned: false } : fitText(draw, artist, artistBox)
  const tall = titleBlock.lines.length * titleBlock.size * 1.22 + artistBlock.lines.length * artistBlock.size * 1.22
  const below = margin + markHeight
  const top = Math.max(below + height * 0.03, below + (height - margin - below - tall) / 2 - height * 0.03)
  const after = write(draw, titleBox, titleBlock, top)
  write(draw, artistBox, artistBlock, after)
  return canvas
}
