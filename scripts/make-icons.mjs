// Draws the application's and the tray's icons into resources/icons: node scripts/make-icons.mjs
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCanvas } from '@napi-rs/canvas'
import { root } from './set-up.mjs'

const folder = join(root, 'resources', 'icons')
mkdirSync(folder, { recursive: true })

/** A wave that leaves a point: the sign of the station. */
function drawWave(draw, size, colour, width) {
  draw.strokeStyle = colour
  draw.fillStyle = colour
  draw.lineWidth = size * width
  draw.lineCap = 'round'
  draw.beginPath()
  draw.arc(size * 0.3, size * 0.5, size * 0.085, 0, Math.PI * 2)
  draw.fill()
  for (const radius of [0.24, 0.4, 0.56]) {
    draw.beginPath()
    draw.arc(size * 0.3, size * 0.5, size * radius * 0.9, -Math.PI / 4.2, Math.PI / 4.2)
    draw.stroke()
  }
}

function application(size) {
  const canvas = createCanvas(size, size)
  const draw = canvas.getContext('2d')
  const edge = size * 0.06
  draw.beginPath()
  draw.roundRect(edge, edge, size - 2 * edge, size - 2 * edge, size * 0.2)
  const ground = draw.createLinearGradient(0, 0, size, size)
  ground.addColorStop(0, '#1a222d')
  ground.addColorStop(1, '#0d1117')
  draw.fillStyle = ground
  draw.fill()
  drawWave(draw, size, '#2dd4bf', 0.055)
  return canvas.toBuffer('image/png')
}

function tray(colour, { bar = false } = {}) {
  const size = 32
  const canvas = createCanvas(size, size)
  const draw = canvas.getContext('2d')
  drawWave(draw, size, colour, 0.085)
  // A shape beside the colour: on air has a bar below, a fault a mark.
  if (bar) draw.fillRect(size * 0.1, size * 0.9, size * 0.8, size * 0.1)
  return canvas
}

function fault() {
  const canvas = tray('#ffb020')
  const draw = canvas.getContext('2d')
  draw.fillStyle = '#ff4757'
  draw.beginPath()
  draw.arc(25, 25, 7, 0, Math.PI * 2)
  draw.fill()
  draw.fillStyle = '#ffffff'
  draw.fillRect(24, 20.5, 2.2, 5.4)
  draw.fillRect(24, 27.2, 2.2, 2.2)
  return canvas
}

writeFileSync(join(folder, 'icon.png'), application(512))
writeFileSync(join(folder, 'tray-off.png'), tray('#95a3b3').toBuffer('image/png'))
writeFileSync(join(folder, 'tray-on-air.png'), tray('#ff4757', { bar: true }).toBuffer('image/png'))
writeFileSync(join(folder, 'tray-fault.png'), fault().toBuffer('image/png'))
