// Makes the demo music in resources/ anew: node scripts/demo-music/make.mjs
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCanvas } from '@napi-rs/canvas'
import { root } from '../set-up.mjs'
import { fallbackLoop, pieces } from './pieces.mjs'
import { rate } from './synth.mjs'

const folder = join(root, 'resources', 'demo')
mkdirSync(folder, { recursive: true })

/** Rings of a wave in the colours of the album. */
function drawCover(file, [from, to], turn) {
  const size = 400
  const canvas = createCanvas(size, size)
  const draw = canvas.getContext('2d')
  const sky = draw.createLinearGradient(0, 0, size, size)
  sky.addColorStop(0, from)
  sky.addColorStop(1, to)
  draw.fillStyle = sky
  draw.fillRect(0, 0, size, size)
  draw.lineWidth = 3
  for (let ring = 0; ring < 16; ring += 1) {
    draw.strokeStyle = `rgba(255,255,255,${0.05 + ring * 0.018})`
    draw.beginPath()
    for (let x = 0; x <= size; x += 4) {
      const y =
        size * 0.72 - ring * 15 + Math.sin(x / 58 + ring * turn) * (8 + ring * 1.7) * Math.sin((x / size) * Math.PI)
      if (x === 0) draw.moveTo(x, y)
      else draw.lineTo(x, y)
    }
    draw.stroke()
  }
  writeFileSync(file, canvas.toBuffer('image/jpeg', 72))
}

/** A picture as Ogg files carry it: a FLAC picture block (RFC 9639, 8.8) in base64. */
function pictureTag(file) {
  const data = readFileSync(file)
  const type = Buffer.from('image/jpeg')
  const numbers = (...values) => Buffer.from(Uint32Array.from(values).buffer).swap32()
  return Buffer.concat([numbers(3, type.length), type, numbers(0, 400, 400, 24, 0, data.length), data]).toString(
    'base64',
  )
}

function encode(samples, tags, file, kbps) {
  const metadata = Object.entries(tags).flatMap(([name, value]) => ['-metadata', `${name}=${value}`])
  const args = [
    '-hide_banner',
    '-loglevel',
    'error',
    '-y',
    '-f',
    'f32le',
    '-ar',
    String(rate),
    '-ac',
    '2',
    '-i',
    'pipe:0',
    '-c:a',
    'libopus',
    '-b:a',
    `${kbps}k`,
    '-vbr',
    'on',
    '-fflags',
    '+bitexact',
    ...metadata,
    file,
  ]
  const done = spawnSync('ffmpeg', args, {
    input: Buffer.from(samples.buffer),
    stdio: ['pipe', 'inherit', 'inherit'],
    maxBuffer: 2 ** 28,
  })
  if (done.status !== 0) throw new Error(`ffmpeg could not write ${file}`)
  console.log(`${file}: ${(samples.length / 2 / rate).toFixed(1)} s, ${statSync(file).size} bytes`)
}

const covers = {
  'On Air': ['#12343b', '#e2725b', 0.42],
  'Tide Tables': ['#1d2a5c', '#2dd4bf', 0.55],
  Idents: ['#0d1117', '#0f766e', 0.3],
}

for (const { file, tags, make } of pieces) {
  const [from, to, turn] = covers[tags.album]
  const cover = join(folder, `${tags.album}.jpg`)
  drawCover(cover, [from, to], turn)
  encode(
    make(),
    { ...tags, METADATA_BLOCK_PICTURE: pictureTag(cover) },
    join(folder, file),
    tags.genre === 'Jingle' ? 64 : 45,
  )
  rmSync(cover)
}
encode(fallbackLoop.make(), fallbackLoop.tags, join(root, 'resources', fallbackLoop.file), 45)
drawCover(join(root, 'resources', 'default-cover.jpg'), covers.Idents.slice(0, 2), 0.3)
