import type { Around } from './around.js';
import { Framed, Opening } from './frame.js';
import { say } from './words.js';

/** What may be expected of these pages by whoever does not use a mouse, a large screen or eyes; and what was not tried. */
export function Accessibility({ around }: { readonly around: Around }) {
  const { place, plan } = around;
  const isJapanese = place.language === 'ja';
  return (
    <Framed around={around}>
      <Opening above={plan.title} title={say(place.language)('accessibility')}>
        {isJapanese
          ? 'JIS X 8341-3:2016（WCAG 2.1）の適合レベル AA を目標に作っています。'
          : 'These pages aim at WCAG 2.1, level AA (JIS X 8341-3:2016).'}
      </Opening>
      <ul>
        {(isJapanese ? HELD_JA : HELD_EN).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p>
        {isJapanese
          ? `読めない、使えないところがあれば、${plan.municipality}へお知らせください。同じ内容は「データ」のページから CSV と JSON で、年次報告書は HTML、PDF（PDF/UA）、Word でも受け取れます。`
          : `If something cannot be read or used, tell ${plan.municipality}. All of it can be had as CSV and JSON from the data page, and the annual report as HTML, PDF (PDF/UA) and Word.`}
      </p>
    </Framed>
  );
}

const HELD_JA = [
  '公開のページは JavaScript がなくても読め、キーボードだけで使えます。',
  '状況は色だけでなく、記号・語・模様で示します。図には同じ内容の文と表があります。',
  '拡大（200％）と幅の狭い画面で、文が画面からはみ出しません。表はその枠の中で横に動かせます。',
  'すべてのページを自動検査（axe-core）で確かめ、違反がないことを版ごとに試験しています。',
  '利用者による検証と第三者による適合試験は行っていません。',
];
const HELD_EN = [
  'Public pages can be read without JavaScript and used with the keyboard alone.',
  'A status is told by sign, word and pattern, never by colour alone. Each chart has a sentence and a table.',
  'At 200 % zoom and on narrow screens no text leaves the screen; a table scrolls within its frame.',
  'Every page is checked by axe-core, without a violation, before each version.',
  'It was tried neither by users with disabilities nor by an independent body.',
];
