import { chromium } from 'playwright-core'
import { writeFileSync, mkdirSync, readFileSync } from 'node:fs'
import { sixtyChecks } from './sixty-checks.js'
import { reporter } from '../../../src/reporters/html.js'
// args: source width scheme slices(y list)
const out='/tmp/i4html-shots'; mkdirSync(out,{recursive:true})
const [which='sixty', w='1280', scheme='light', ys='0', h='1400', media='screen'] = process.argv.slice(2)
const doc = which==='sixty' ? sixtyChecks() : JSON.parse(readFileSync(which,'utf8'))
writeFileSync(`${out}/page.html`, reporter.render(doc,{colour:false,width:80}))
const b = await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox']})
const p = await b.newPage({viewport:{width:+w,height:900},colorScheme:scheme as 'light'})
p.on('console',m=>console.log(m.text())); p.on('pageerror',e=>console.log(e.message))
await p.goto(`file://${out}/page.html`)
if (media==='print') await p.emulateMedia({media:'print'})
const total = await p.evaluate(()=>document.documentElement.scrollHeight)
console.log(total, await p.evaluate(()=>[...document.querySelectorAll('section')].map(s=>s.id+':'+Math.round(s.getBoundingClientRect().top)+'+'+Math.round(s.getBoundingClientRect().height)).join(' ')))
for (const [i,y] of ys.split(',').entries()) {
 const top = /^\d+$/.test(y) ? +y : await p.evaluate(s=>Math.round(document.querySelector(s)!.getBoundingClientRect().top+scrollY),y)
 await p.screenshot({path:`${out}/s${i}.png`,fullPage:true,clip:{x:0,y:top,width:+w,height:Math.min(+h,total-top)}}) }
await b.close()
