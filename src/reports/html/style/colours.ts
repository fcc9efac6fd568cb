/**
 * Both palettes. Every pair of ink and ground that occurs has a contrast of at least 4.5 (WCAG 2.2, level AA). Paper
 * keeps the light one.
 */
export const colours = `
:root {
  color-scheme: light;
  --page: #f3f5f8; --card: #ffffff; --sunk: #f3f5f8; --ink: #18212c; --soft: #4b5765; --line: #d3d9e1; --link: #0b55ad; --focus: #0b55ad;
  --good: #136236; --good-ground: #e2f4e8; --bad: #a9151f; --bad-ground: #fdeaea; --doubtful: #774600; --doubtful-ground: #fdf0d3;
  --held: #543d93; --held-ground: #eee9fb; --neutral: #4b5765; --neutral-ground: #e9edf2;
  --banner-ink: #ffffff; --banner-good: #136236; --banner-bad: #a9151f; --banner-neutral: #3d4855;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --page: #0f1318; --card: #181e25; --sunk: #11161c; --ink: #e5e9ee; --soft: #a9b4c0; --line: #323c47; --link: #8abcff; --focus: #8abcff;
    --good: #7fd8a0; --good-ground: #15311f; --bad: #ffa09d; --bad-ground: #40191c; --doubtful: #f2c66f; --doubtful-ground: #382a0d;
    --held: #c6b6fb; --held-ground: #2b2345; --neutral: #a9b4c0; --neutral-ground: #262e38;
    --banner-ink: #ffffff; --banner-good: #17603a; --banner-bad: #931a23; --banner-neutral: #3d4855;
  }
}
.good { --tone: var(--good); --ground: var(--good-ground); }
.bad { --tone: var(--bad); --ground: var(--bad-ground); }
.doubtful { --tone: var(--doubtful); --ground: var(--doubtful-ground); }
.held { --tone: var(--held); --ground: var(--held-ground); }
.neutral { --tone: var(--neutral); --ground: var(--neutral-ground); }
`
