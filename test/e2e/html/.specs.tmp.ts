import { chromium } from 'playwright-core'
import { writeFileSync } from 'node:fs'
import { specs } from '../../golden/specs.js'
import { reporter } from '../../../src/reporters/html.js'
const out='/tmp/i4html-shots'
const b = await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox']})
const p = await b.newPage({viewport:{width:1000,height:700},colorScheme:(process.argv[2]??'light') as 'light'})
p.on('console',m=>console.log(m.text())); p.on('pageerror',e=>console.log(e.message))
for (const [name, make] of Object.entries(specs)) {
writeFileSync(`${out}/spec-${name}.html`, reporter.render(await make(),{colour:false,width:80}))
await p.goto(`file://${out}/spec-${name}.html`)
await p.screenshot({path:`${out}/spec-${name}.png`,fullPage:false}) }
// one sheet
writeFileSync(`${out}/sheet.html`, '<body style="margin:0;display:grid;grid-template-columns:1fr 1fr;gap:6px;background:#888">'+Object.keys(specs).map(n=>`<img width=640 src="spec-${n}.png">`).join(''))
await p.setViewportSize({width:1290,height:900}); await p.goto(`file://${out}/sheet.html`); await p.screenshot({path:`${out}/sheet.png`,fullPage:true})
await b.close()
