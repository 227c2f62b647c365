type Words = readonly [ja: string, en: string];

/** What an input has broken, in words: `told` is the rule's own sentence, of which a limit is the last number. */
export function ruleWords(rule: string, told: string): Words {
  const limit = /-?\d+(?!.*\d)/.exec(told)?.[0] ?? '';
  const values = told.slice(told.lastIndexOf(': ') + 2);
  const words: Readonly<Record<string, Words>> = {
    isNotEmpty: ['空です', 'it is empty'],
    saysSomething: ['空白だけです', 'it is blank'],
    maxLength: [`${limit} 文字までです`, `up to ${limit} characters`],
    isLength: [`1 文字以上 ${limit} 文字までです`, `1 to ${limit} characters`],
    arrayMaxSize: [`${limit} 件までです`, `up to ${limit} items`],
    arrayMinSize: [`${limit} 件以上必要です`, `at least ${limit} items`],
    arrayNotEmpty: ['一つ以上必要です', 'at least one'],
    arrayUnique: ['同じものが二度あります', 'one stands there twice'],
    isIn: [`次のどれかです：${values}`, `one of ${values}`],
    isInt: ['整数ではありません', 'not a whole number'],
    max: [`${limit} までです`, `at most ${limit}`],
    min: [`${limit} 以上です`, `at least ${limit}`],
    matches: ['形が違います', 'not of the right form'],
    isUrl: ['http:// か https:// で始まる URL ではありません', 'not an address that begins with http:// or https://'],
    isEmail: ['メールアドレスの形ではありません', 'not an e-mail address'],
    isBoolean: ['true か false です', 'true or false'],
  };
  return words[rule] ?? [told, told];
}
