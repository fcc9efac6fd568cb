import { chromium } from 'playwright-core'
import { writeFileSync } from 'node:fs'
import { hostileDocument, manyChecks } from './hostile.js'
import { reporter } from '../../../src/reporters/html.js'
const out='/tmp/i4html-shots'
for (const [n,d] of [['hostile',hostileDocument()],['many',manyChecks(1000)],['huge',manyChecks(1000,{status:'fail',message:'m'.repeat(100_000),facts:{body:'b'.repeat(100_000)}})]] as const) {
let t=performance.now(); const text = reporter.render(d,{colour:false,width:80}); console.log(n, Math.round(performance.now()-t),'ms', text.length)
writeFileSync(`${out}/${n}.html`,text)}
const b = await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox']})
const p = await b.newPage({viewport:{width:390,height:700}})
for (const n of ['hostile','many','huge']) {
let t=performance.now()
await p.goto(`file://${out}/${n}.html`); console.log(n,'goto',Math.round(performance.now()-t))
console.log(await p.evaluate(`(()=>{ for (const d of document.querySelectorAll('details')) if(${n==='hostile'}) d.open=true; const w=document.documentElement.clientWidth; return [...document.querySelectorAll('body *')].filter(e=>{const r=e.getBoundingClientRect(); return r.right>w+1 && r.width>0 && !e.closest('.facts')}).slice(0,12).map(e=>e.tagName+'.'+e.getAttribute('class')+' '+Math.round(e.getBoundingClientRect().right)+' in '+e.parentElement.tagName+'.'+e.parentElement.className)})()`)) }
await p.goto(`file://${out}/hostile.html`); await p.screenshot({path:out+'/hostile.png'})
await b.close()
