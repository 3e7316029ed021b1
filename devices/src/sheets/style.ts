/** A4, printed in black on white: what is scanned is the largest thing on the page. No fonts of its own, so that a sheet is one small file. */
export const SHEET_CSS = `
@page { size: A4; margin: 14mm 18mm 16mm; }
* { box-sizing: border-box; }
html { color: #1c1a17; background: #fff; font: 10.5pt/1.4 Inter, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif; }
html:lang(zh-CN) { line-height: 1.5; text-autospace: normal; }
body { margin: 0; }
main { max-width: 174mm; margin: 0 auto; }
@media screen { html { background: #fbf7f0; } main { background: #fff; padding: 14mm 18mm 16mm; width: 210mm; max-width: none; margin: 8mm auto; } }
header { border-bottom: 0.6mm solid #1c1a17; padding-bottom: 3mm; margin-bottom: 5mm; }
.kind { color: #5e574d; margin: 0 0 1mm; }
h1 { font-size: 20pt; line-height: 1.25; margin: 0; text-wrap: balance; }
h2 { font-size: 12pt; margin: 6mm 0 2mm; break-after: avoid; }
ol.steps { margin: 0; padding-left: 6mm; }
ol.steps li { padding-left: 1mm; margin-bottom: 1.2mm; break-inside: avoid; }
ol.codes { list-style: none; margin: 0; padding: 0; }
ol.codes > li { display: grid; grid-template-columns: 12mm 1fr; padding: 4mm 0 5mm; border-bottom: 0.2mm solid #e6ded1; break-inside: avoid; }
.number { font-size: 22pt; font-weight: 700; line-height: 1; font-variant-numeric: tabular-nums; }
.what { font-size: 13pt; font-weight: 600; margin: 0 0 3mm; }
.symbol { margin: 0 0 0 -1mm; background: #fff; }
.symbol svg { display: block; }
code, .holds { font-family: "JetBrains Mono", Consolas, "Noto Sans Mono", monospace; font-size: 9pt; }
.holds { color: #5e574d; margin: 1.5mm 0 0; overflow-wrap: anywhere; }
pre { margin: 0; padding: 3mm 4mm; border: 0.2mm solid #e6ded1; border-radius: 1mm; font-size: 9pt; line-height: 1.4; white-space: pre-wrap; break-inside: avoid; }
.notes { color: #5e574d; font-size: 8.5pt; margin-top: 6mm; }
.notes p { margin: 0 0 1.2mm; overflow-wrap: anywhere; break-inside: avoid; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; color: #5e574d; }
th, td { padding: 1.6mm 4mm 1.6mm 0; border-bottom: 0.2mm solid #e6ded1; vertical-align: top; }
section.profile + section.profile, .devices + section.profile { break-before: page; }
@media screen { section.profile + section.profile, .devices + section.profile { border-top: 0.6mm solid #1c1a17; margin-top: 12mm; padding-top: 8mm; } }
`.trim();
