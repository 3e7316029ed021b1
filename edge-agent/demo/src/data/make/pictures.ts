/**
 * Draws the demo's campaign pictures into `data/pictures`, each for a standing and a lying screen: `node --conditions=@tillside/source --import tsx edge-agent/demo/src/data/make/pictures.ts`.
 * They are our own drawings, in the kiosk's colours; Chromium turns them into JPEG.
 */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PICTURE_SIZES } from '@tillside/decide';
import { chromium } from 'playwright-core';

const OUT = fileURLToPath(new URL('../../../data/pictures/', import.meta.url));
const JPEG_QUALITY = 82;

interface Frame {
  readonly widthPx: number;
  readonly heightPx: number;
}
type Drawing = (frame: Frame) => string;

const oval = (x: number, y: number, rx: number, ry: number, fill: string, more = ''): string =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}" ${more}/>`;
const path = (d: string, fill: string, more = ''): string => `<path d="${d}" fill="${fill}" ${more}/>`;
const at = (x: number, y: number, inside: string, turn = 0): string =>
  `<g transform="translate(${x} ${y}) rotate(${turn})">${inside}</g>`;

/** A wall and a table; the still life stands on the table's edge, in a box of about 900 x 700 around the middle. */
function table({ widthPx, heightPx }: Frame, wall: string, wood: string, still: string): string {
  const edge = heightPx * 0.74;
  const scale = Math.min(widthPx / 1080, heightPx / 840);
  return `<rect width="${widthPx}" height="${heightPx}" fill="${wall}"/>
    ${oval(widthPx * 0.5, edge - 260 * scale, widthPx * 0.42, 430 * scale, '#fff', 'opacity=".28"')}
    <rect y="${edge}" width="${widthPx}" height="${heightPx - edge}" fill="${wood}"/>
    <rect y="${edge}" width="${widthPx}" height="${14 * scale}" fill="#000" opacity=".08"/>
    <g transform="translate(${widthPx / 2} ${edge + 40 * scale}) scale(${scale})">${still}</g>`;
}

const round = (fill: string, shade: string, r = 92): string =>
  `${oval(0, 0, r, r * 0.95, fill)}${path(`M${-r * 0.9} ${r * 0.25}A${r} ${r * 0.95} 0 0 0 ${r * 0.9} ${r * 0.25}A${r * 1.2} ${r} 0 0 1 ${-r * 0.9} ${r * 0.25}`, shade)}${oval(-r * 0.35, -r * 0.4, r * 0.2, r * 0.13, '#fff', 'opacity=".45" transform="rotate(-30)"')}`;
const star = (fill: string): string =>
  path(
    'M0 -70 L14 -100 L22 -72 L58 -84 L34 -60 L52 -40 L18 -54 L0 -30 L-18 -54 L-52 -40 L-34 -60 L-58 -84 L-22 -72 Z',
    fill,
  );
const tomato = round('#d2452f', '#b13220') + at(0, 12, star('#4d7a2a'));
const orange = round('#ee9a2d', '#d67f17', 84) + oval(8, -74, 9, 6, '#4d7a2a');
const carrot = `${path('M-26 0 Q0 -34 26 0 L6 250 Q0 268 -6 250Z', '#e8792b')}${path('M-18 60h26M-8 120h20M-12 176h16', 'none', 'stroke="#c65f17" stroke-width="7" stroke-linecap="round"')}${path('M0 0C-60 -60 -50 -130 -20 -160C-14 -110 -4 -60 0 0C6 -70 30 -130 62 -140C66 -84 40 -40 0 0', '#5d8f35')}`;
const lettuce = `${oval(0, 0, 168, 138, '#7fae47')}${oval(-70, -40, 92, 82, '#93c158')}${oval(66, -46, 96, 84, '#8bba50')}${oval(0, -74, 86, 66, '#a6d06c')}${path('M0 110C-8 40 -4 -30 0 -110M0 60C-50 20 -80 -10 -110 -60M0 60C50 20 80 -10 110 -60', 'none', 'stroke="#dcebb8" stroke-width="9" stroke-linecap="round"')}`;
const crate = `${path('M-400 -190h800l-34 200h-732z', '#c79a63')}${[-178, -112, -46]
  .map((y) => `<rect x="-412" y="${y}" width="824" height="46" rx="8" fill="#d9b07a"/>`)
  .join(
    '',
  )}${[-380, 334].map((x) => `<rect x="${x}" y="-196" width="46" height="206" rx="8" fill="#b98a52"/>`).join('')}`;

const produce: Drawing = (frame) =>
  table(
    frame,
    '#dfe8c8',
    '#8a6a45',
    at(-210, -330, lettuce) +
      at(70, -470, carrot, 14) +
      at(150, -450, carrot, 24) +
      at(-20, -300, tomato) +
      at(140, -290, orange) +
      at(290, -280, tomato) +
      at(-330, -270, orange) +
      at(60, -240, orange) +
      at(220, -225, tomato) +
      at(-130, -235, tomato) +
      crate,
  );

const scored = (marks: readonly number[], length: number): string =>
  marks
    .map((x) =>
      path(
        `M${x} ${-length}q26 ${length * 0.5} 6 ${length}`,
        'none',
        'stroke="#f6dfae" stroke-width="16" stroke-linecap="round"',
      ),
    )
    .join('');
const loaf = `${path('M-230 60C-262 -120 -140 -170 0 -170S262 -120 230 60Q0 96 -230 60', '#c9853c')}${path('M-230 60C-236 10 -228 -30 -210 -60Q0 -10 210 -60C228 -30 236 10 230 60Q0 96 -230 60', '#b06f2b')}${at(0, -30, scored([-120, -40, 40, 120], 90))}`;
const baguette = `${path('M-330 26C-350 -30 -300 -54 0 -54S350 -30 330 26Q0 66 -330 26', '#d69a4c')}${path('M-330 26Q0 30 330 26Q0 66 -330 26', '#bb7d33')}${at(0, 4, scored([-220, -130, -40, 50, 140, 220], 48))}`;
const croissant = `${path('M-150 40C-150 -70 -70 -120 0 -120S150 -70 150 40C120 10 90 -6 60 -6Q0 -40 -60 -6C-90 -6 -120 10 -150 40', '#dc9f4f')}${path('M-96 -76Q-62 -40 -60 -6M-34 -116Q-18 -60 -22 -22M34 -116Q18 -60 22 -22M96 -76Q62 -40 60 -6', 'none', 'stroke="#b9772c" stroke-width="10" stroke-linecap="round"')}`;
const wheat = `${path('M0 0C10 -120 6 -220 0 -330', 'none', 'stroke="#c39a3f" stroke-width="9"')}${[
  -120, -170, -220, -270, -320,
]
  .map(
    (y) =>
      oval(-22, y, 13, 32, '#d9b04f', `transform="rotate(-28 -22 ${y})"`) +
      oval(24, y - 14, 13, 32, '#e3bd62', `transform="rotate(28 24 ${y - 14})"`),
  )
  .join('')}`;

const bakery: Drawing = (frame) =>
  table(
    frame,
    '#f1e2c3',
    '#7a5a3a',
    at(290, -150, wheat, 4) +
      at(336, -140, wheat, 16) +
      '<rect x="-440" y="-64" width="880" height="64" rx="26" fill="#b98a52"/><rect x="-440" y="-64" width="880" height="22" rx="11" fill="#cfa369"/>' +
      at(-60, -330, baguette, -9) +
      at(-150, -140, loaf) +
      at(240, -104, croissant),
  );

const bottle = (glass: string, shade: string, label: string, leaf: string): string =>
  `${path('M-34 -520h68v96c0 60 62 84 62 168v216q0 40 -40 40h-112q-40 0 -40 -40v-216c0 -84 62 -108 62 -168z', glass)}${path('M34 -424c0 60 62 84 62 168v216q0 40 -40 40h-44v-300c0 -40 -4 -70 -4 -124z', shade)}<rect x="-42" y="-560" width="84" height="52" rx="12" fill="${label}"/><rect x="-96" y="-236" width="192" height="132" fill="${label}"/>${oval(0, -170, 44, 44, leaf)}${path('M-70 -380q-18 60 -10 110', 'none', 'stroke="#fff" stroke-width="12" stroke-linecap="round" opacity=".55"')}`;
const ice = (x: number, y: number, turn: number): string =>
  at(
    x,
    y,
    '<rect x="-54" y="-54" width="108" height="108" rx="18" fill="#e9f5f7"/><rect x="-54" y="-54" width="108" height="34" rx="17" fill="#fff"/>',
    turn,
  );

const drinks: Drawing = (frame) =>
  table(
    frame,
    '#cfe3e6',
    '#5f7f86',
    at(-250, -70, bottle('#e9a13b', '#d4882a', '#fbf7f0', '#d4882a'), -7) +
      at(0, -90, bottle('#7fae47', '#699634', '#fbf7f0', '#699634')) +
      at(250, -70, bottle('#c9536a', '#ae3d55', '#fbf7f0', '#ae3d55'), 7) +
      [
        [-360, -190, 14],
        [-128, -196, -18],
        [122, -200, 9],
        [356, -188, -12],
        [-240, -160, 30],
        [236, -166, 22],
        [0, -176, 4],
      ]
        .map(([x = 0, y = 0, turn = 0]) => ice(x, y, turn))
        .join('') +
      path('M-440 -170h880l-40 150q-6 24 -30 24h-740q-24 0 -30 -24z', '#8fb0b6') +
      '<rect x="-452" y="-186" width="904" height="44" rx="22" fill="#a9c6cb"/>',
  );

const DRAWINGS: Readonly<Record<string, Drawing>> = { produce, bakery, drinks };

mkdirSync(OUT, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.TILLSIDE_CHROMIUM ?? '/usr/bin/chromium' });
const page = await browser.newPage();
for (const [name, drawing] of Object.entries(DRAWINGS)) {
  for (const [shape, frame] of Object.entries(PICTURE_SIZES)) {
    const { widthPx: width, heightPx: height } = frame;
    await page.setViewportSize({ width, height });
    await page.setContent(
      `<body style="margin:0"><svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" style="display:block">${drawing(frame)}</svg>`,
    );
    await page.screenshot({ path: `${OUT}${name}-${shape}.jpg`, type: 'jpeg', quality: JPEG_QUALITY });
  }
}
await browser.close();
