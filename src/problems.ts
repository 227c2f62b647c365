/**
 * Every way in which Daicho says no to a well-formed request: the closed list behind `Problem.code`.
 * Documented in docs/problems.md, which is generated from here.
 */
export const PROBLEMS = {
  // what is asked about
  PLAN_NOT_FOUND: ['この計画は台帳にありません', 'the ledger has no such plan'],
  MEASURE_NOT_FOUND: ['この番号の個別施策はありません', 'the plan has no measure of this number'],
  INITIATIVE_NOT_FOUND: [
    'この番号の「本計画にない取組」はありません',
    'there is no unplanned initiative of this number',
  ],
  GOAL_NOT_FOUND: ['この番号の基本目標はありません', 'the plan has no goal of this number'],
  KPI_NOT_FOUND: ['この指標はありません', 'the plan has no such KPI'],
  INDICATOR_NOT_FOUND: ['この背景指標はありません', 'the plan has no such context indicator'],
  ENTRY_NOT_FOUND: ['訂正・取消しの対象となる記録がありません', 'there is no such entry to correct or withdraw'],
  ENTRY_SUPERSEDED: [
    'その記録はすでに訂正または取り消されています',
    'the entry has already been corrected or withdrawn',
  ],
  DIVISION_NOT_FOUND: ['その日にその課はありません', 'there is no such division on that day'],
  DIVISION_EXISTS: ['同じ名称の課がすでにあります', 'there is a division of that name already'],
  DIVISION_ANSWERS: [
    'この課だけが担当する個別施策（取組）があります。引き継ぐ課を指定するか、先に担当課を変えてください',
    'measures are this division’s only: name its successors, or change their owners first',
  ],
  DIVISION_NOT_FOR_DISASTERS: [
    '災害時だけ設置する課ではありません',
    'the division is not one that is set up in a disaster only',
  ],
  DIVISION_NOT_COLLECTIVE: ['総称ではない課です', 'the division does not stand for several'],
  NAME_UNCHANGED: ['名称が変わっていません', 'the name is what it is already'],
  // people and what they may do
  PERSON_NOT_FOUND: ['この職員は登録されていません', 'no such person is registered'],
  PERSON_ERASED: [
    'この職員の個人情報は消去されています。新しく登録してください',
    'the personal data of this person was erased: register a new one',
  ],
  PERSON_KEY_MISSING: [
    'この職員の個人情報の鍵がありません。鍵のフォルダー（DAICHO_PERSON_KEYS）を確かめてください',
    'the key of this person’s data is missing: check the folder of keys (DAICHO_PERSON_KEYS)',
  ],
  DIVISION_REQUIRED: ['この役割には課の指定が必要です', 'this role is for a division: name it'],
  DIVISION_NOT_TAKEN: [
    'この役割は計画全体に及びます。課は指定できません',
    'this role holds for the whole plan: it takes no division',
  ],
  PERIOD_REVERSED: ['終わりの日が始まりの日より前です', 'the period ends before it begins'],
  EXPIRY_OUT_OF_RANGE: ['有効期限が過去か、長すぎます', 'the expiry is in the past, or too far away'],
  SIGN_IN_INVALID: ['このリンクは使えません。使用済みか、期限切れです', 'this link does not sign in: used, or expired'],
  OUTSIDE_YOUR_DIVISION: ['あなたの課の担当ではありません', 'this is not your division’s'],
  // reports
  DIVISION_NOT_ANSWERING: ['この施策に報告する課ではありません', 'the division does not answer for this measure'],
  REPORT_NOT_AT_THIS_STAGE: ['報告はこの操作ができる段階にありません', 'the report is not at a stage for this'],
  REPORT_NOT_WRITTEN: ['報告に実績がありません', 'the report has no results'],
  RATING_REQUIRED: ['評価が必要です', 'a rating is required'],
  CAUSE_REQUIRED: ['不振の評価には原因と対応が必要です', 'a poor rating needs a cause and an action'],
  COLLECTION_CLOSED: ['この年度の報告は締め切られました', 'the collection of reports for this year is closed'],
  ROUND_EXISTS: ['この期の取りまとめはすでに始まっています', 'the collection for this period has been opened already'],
  ROUND_NOT_OPEN: ['この期の取りまとめは始まっていません', 'no collection for this period has been opened'],
  ROUND_NOT_CLOSED: ['この期の取りまとめは締め切られていません', 'the collection for this period is not closed'],
  DEADLINE_PASSED: ['締切が過去の日付です', 'the deadline is in the past'],
  DEADLINE_TOO_FAR: [
    '締切がその年度（過ぎた年度は今年度）の末日から2年を超えています',
    'the deadline is more than two years after the fiscal year, or after this one where that has passed',
  ],
  REVIEW_CLOSED: ['この年度の評価は確定しています', 'the review of this year is closed'],
  REVIEW_NOT_CLOSED: ['この年度の評価は確定していません', 'the review of this year is not closed'],
  REPORT_NOT_FOUND: ['この名前の報告書はありません', 'there is no report of that name'],
  SHEET_NOT_FOUND: ['この課がこの年度に報告するものはありません', 'this division has nothing to report in that year'],
  SHEET_NOT_A_WORKBOOK: [
    'Excel ブック（.xlsx）として読めません。パスワード付き、古い形式（.xls）、CSV は .xlsx で保存し直してください',
    'this cannot be read as a workbook: save it as .xlsx, without a password',
  ],
  SHEET_TOO_LARGE: [
    'ブックが大きすぎるか、圧縮のしかたが普通ではありません',
    'the workbook is too large, or not compressed as usual',
  ],
  SHEET_NOT_A_FORM: [
    'この台帳が出した様式ではありません。様式を取り直してください',
    'this is not a form of this ledger: get the form anew',
  ],
  SHEET_OF_ANOTHER: ['別の計画、年度または課の様式です', 'this is the form of another plan, year or division'],
  SHEET_COLUMNS: [
    '列が様式と違います。列を動かしたり名前を変えたりしないでください',
    'the columns are not those of the form: do not move or rename them',
  ],
  SHEET_ROW_UNKNOWN: ['この番号の行は様式にありません', 'the form has no row of that number'],
  SHEET_ROW_TWICE: ['同じ番号の行が二つあります', 'there are two rows of one number'],
  SHEET_ROW_LEFT: [
    'この行は変わっていないので、下書き（差戻し）のままです。提出するには行を書き直すか、画面から提出してください',
    'this row has not changed, and stays a draft, or returned: change it, or hand it in on the page',
  ],
  SHEET_ROW_MISSING: [
    '様式にある行がありません。この行は変わりません',
    'a row of the form is missing: it stays as it is',
  ],
  SHEET_CODE_FROM_DATE: [
    '番号が日付に変わっていたので、番号として読みました',
    'a number that had become a date was read as the number',
  ],
  SHEET_LOCKED_CELL: [
    '書き込めない欄が変わっています。様式を取り直してください',
    'a locked cell differs: get the form anew',
  ],
  SHEET_OUTSIDE: [
    '様式の欄の外に書かれています。消すか、欄の中へ移してください',
    'this stands outside the form: take it away, or move it into a cell of the form',
  ],
  SHEET_IGNORED: [
    '様式にないシートです。ここに書いたことは読みません',
    'a sheet that is not of the form: it is not read',
  ],
  SHEET_COMMENT: ['セルのコメントは取り込みません', 'notes on cells are not taken'],
  SHEET_ROW_APPROVED: [
    '承認された報告は様式では変わりません。画面の「報告」（/work/report）か correctReport で、理由を付けて訂正してください',
    'an approved report is not changed by a form: correct it with a reason on the page (/work/report) or by correctReport',
  ],
  SHEET_FORMULA: ['数式は受け取れません。値で入力してください', 'formulas are not taken: enter the value'],
  SHEET_MERGED: ['結合されたセルは受け取れません', 'merged cells are not taken'],
  SHEET_CELL_TYPE: [
    '文字で入力してください（日付、％ 表示の数値、真偽値、エラー値ではなく）',
    'enter text, not a date, a number shown as a percentage, a truth value or an error',
  ],
  SHEET_FIGURE: ['数値で入力してください（例：1,200）', 'enter a number, such as 1,200'],
  SHEET_LINK: [
    '題名と http(s) の URL を、一行に一つ書いてください',
    'a title and an address (http or https), one a line',
  ],
  SHEET_CHOICE: ['一覧にある言葉から選んでください', 'choose one of the words in the list'],
  NOT_IN_SHIFT_JIS: [
    'Shift_JIS で表せない文字があります。UTF-8 を使ってください',
    'there are characters that Shift_JIS does not have: take UTF-8',
  ],
  TABLE_NOT_FOUND: ['この名前の表はありません', 'there is no table of that name'],
  EVIDENCE_NOT_FOUND: [
    'この証拠書類は、この施策のものとして受け取っていません',
    'no such file was handed in for this measure',
  ],
  EVIDENCE_INCOMPLETE: [
    '根拠資料は sha256 と name、または url と title で示します',
    'evidence is sha256 and name, or url and title',
  ],
  EVIDENCE_NAME: [
    'ファイル名に使えない文字（/ \\ 制御文字、文字の向きを変える文字など）があるか、空です',
    'the name of the file is blank, or holds what no name does: / \\, control characters, marks of direction',
  ],
  EVIDENCE_TYPE: [
    '受け取れない種類のファイルか、内容が種類と一致しません',
    'a file of a type that is not taken, or not what it says it is',
  ],
  EVIDENCE_TOO_LARGE: ['ファイルが大きすぎます（上限 10 MiB）', 'the file is too large (at most 10 MiB)'],
  EVIDENCE_EMPTY: ['ファイルが空です', 'the file is empty'],
  // the words of the plan
  UNKNOWN_STATUS: ['計画の評価区分にない状況です', "the status is not a code of the plan's scale"],
  SCALE_VERSION_MISMATCH: [
    'その日に有効な評価区分の版と異なります',
    'another version of the scale is in force on that day',
  ],
  UNKNOWN_PHASE: ['計画の日程の用語にない段階です', "the phase is not one of the plan's words"],
  FISCAL_YEAR_OUTSIDE_PLAN: ['計画期間に含まれない年度です', "the fiscal year is outside the plan's period"],
  // when a fact may hold
  EFFECTIVE_BEFORE_PLAN: ['計画の策定より前の日付です', 'the day is before the plan was adopted'],
  EFFECTIVE_BEFORE_MEASURE: [
    'この個別施策（取組）が始まるより前の日付です',
    'the day is before the measure or initiative began',
  ],
  EFFECTIVE_IN_FUTURE: ['未来の日付にはできません', 'the day is in the future'],
  EFFECTIVE_OUTSIDE_YEAR: ['その年度が始まる前の日付です', 'the day is before the fiscal year begins'],
  EFFECTIVE_REQUIRED: [
    '評価区分の新しい版がいつから有効かを指定してください',
    'a new version of the scale needs the day from which it is in force',
  ],
  EFFECTIVE_FIXED: ['取消しは元の記録の日付から有効です', 'a withdrawal holds from the day of its entry'],
  EFFECTIVE_BEFORE_LAST_REVISION: [
    '計画の直前の改定より前の日付です',
    'the day is before the last revision of this entry of the plan',
  ],
  EFFECTIVE_BEFORE_LAST_ENTRY: ['直前の記録より前の日付です', 'the day is before the last entry'],
  EFFECTIVE_BEFORE_LAST_SHIFT: ['直前の日程変更より前の日付です', 'the day is before the last shift of this measure'],
  // figures
  VALUE_REQUIRED: ['実績値（または分子と分母）が必要です', 'a value, or numerator and denominator, is required'],
  RATIO_INCOMPLETE: ['分子と分母は必ず一緒に入力します', 'numerator and denominator come together'],
  DENOMINATOR_ZERO: ['分母は正の数でなければなりません', 'the denominator must be greater than zero'],
  VALUE_RATIO_MISMATCH: ['値が分子÷分母と一致しません', 'the value contradicts its ratio'],
  VALUE_OUT_OF_RANGE: ['値が指標の範囲を超えています', "the value is outside the KPI's range"],
  NOTE_REQUIRED: ['印刷どおりの値には注記が必要です', 'a value kept as printed needs a note'],
  PERIOD_MISMATCH: [
    'この系列の期間の単位（年度・暦年・日）と合いません',
    'the period is not of the kind by which the series counts: fiscal year, calendar year or day',
  ],
  SOURCE_REQUIRED: ['値の出典が必要です', 'a figure needs its source'],
  READING_EXISTS: [
    '同じ日の実績値がすでにあります。訂正を使ってください',
    'there is a reading for that day already: correct it',
  ],
  TARGET_UNCHANGED: ['目標値が変わっていません', 'the target is what it is already'],
  // shifts of the schedule
  PHASE_NOT_IN_YEAR: ['その年度の見通しにこの段階はありません', 'the forecast does not hold this phase in that year'],
  NOTHING_TO_SHIFT: ['移動元と移動先が同じ年度です', 'from and to are the same year'],
  NOT_LAST_SHIFT: ['取り消せるのは最後の日程変更だけです', 'shifts are withdrawn last first'],
  // unplanned initiatives
  CAUSE_NOTE_REQUIRED: ['「その他」には理由の説明が必要です', 'the cause OTHER needs a note'],
  // revisions of the plan
  NOTHING_TO_REVISE: [
    'その日の内容と同じか、改定する項目がありません',
    'it is so already on that day, or nothing is named',
  ],
  ENTRY_OF_PLAN_FILE: [
    'この記録は計画ファイルによるものです。改定するか、計画ファイルを改めて読み込みます',
    'the entry came with the plan file: revise it, or load a changed file',
  ],
  REVISED_SINCE: [
    '計画ファイルが変えようとする項目は、その後改定されています。改定を取り消すか、改定で改めます',
    'the plan file changes what was revised since: withdraw that revision, or revise it anew',
  ],
  // measures in place of others
  MEASURE_EXISTS: ['この番号はすでに使われたことがあります', 'the number is, or was, that of another measure'],
  MEASURE_NOT_OF_POLICY: ['計画にある施策の番号ではありません', 'it is no number of a policy of the plan'],
  TOO_FEW_MEASURES: ['分割・統合には二つ以上の個別施策が必要です', 'a split or a merger takes two measures or more'],
  MEASURE_SUCCEEDED: [
    'この個別施策はその日までに分割・統合・廃止されています',
    'the measure has been split, merged or retired by that day',
  ],
  SUCCESSION_NOT_FOUND: [
    'この個別施策の分割・統合・廃止の記録はありません',
    'the measure has not been split, merged or retired',
  ],
  SUCCESSION_IN_USE: [
    '後継の個別施策についてすでに記録があります。先にそれを取り消します',
    'something is recorded of a measure that took its place: withdraw that first',
  ],
  // endings
  MEASURE_ENDED: ['この個別施策はその日までに終了しています', 'the measure has ended by that day'],
  // the committee
  COMMITTEE_NOT_FOUND: [
    'この計画の委員会は台帳にありません。計画ファイルの committee に記載します',
    'the ledger has no committee of this plan: it is part of the plan file',
  ],
  MEETING_NOT_FOUND: ['この会議の記録はありません', 'there is no such meeting'],
  AGENDA_ITEM_NOT_FOUND: ['この番号の議題はありません', 'the meeting has no item of this number'],
  CIRCULATION_NOT_FOUND: ['この持ち回りはありません', 'there is no such circulation'],
  DECISION_NOT_FOUND: ['この決定はないか、取り消されています', 'there is no such decision, or it was withdrawn'],
  DECISION_OF_ANOTHER_BODY: [
    '引用した決定は別の機関のものです。decidedBy は省略できます',
    'the decision cited is of another body: decidedBy may be left out',
  ],
  FOLLOW_UP_NOT_FOUND: ['この番号の対応事項はありません', 'the decision has no follow-up of this number'],
  SUBJECT_NOT_FOUND: ['対象が計画にありません', 'the plan has no such subject'],
  SEAT_UNCHANGED: ['その日にすでにその役です', 'the post has this role already on that day'],
  CHAIR_SEATED: ['委員長の職がほかにあります', 'another post is the chair'],
  NOT_A_MEMBER: ['その日の委員ではありません', 'not a member on that day'],
  NOT_THE_CHAIR: ['その日の委員長でも副委員長でもありません', 'neither chair nor vice chair on that day'],
  NOT_YOUR_POST: [
    'あなたの職ではありません。書面の代理入力は事務局が行います',
    'this is not your post: what is on paper the secretariat enters',
  ],
  POST_REQUIRED: ['複数の職で委員です。どの職かを指定します', 'you are a member by several posts: name one'],
  ACTING_REASON_REQUIRED: [
    '副委員長が委員長を代理する理由が必要です',
    'why the vice chair acts for the chair is required',
  ],
  NOT_ACTING: ['委員長本人に代理の理由は要りません', 'the chair acts for nobody: no reason is due'],
  CHAIR_ABSENT: ['議長が出席者に含まれていません', 'who takes the chair is not among those attending'],
  ALREADY_ANSWERED: ['この委員はすでに回答しています', 'this member has answered already'],
  CIRCULATION_CLOSED: ['この持ち回りは終わっています', 'the circulation is closed'],
  ALREADY_DECIDED: ['すでに決定されています', 'it has been decided already'],
  FOLLOW_UP_COMPLETED: ['この対応事項は完了しています', 'the follow-up is completed'],
  DUE_TOO_EARLY: ['期限がその日より前です', 'it would be due before that day'],
  NOT_ON_MEETING_DAY: ['会議の日付に限ります', 'it is of the day of its meeting'],
  EFFECTIVE_BEFORE_CIRCULATION: [
    '持ち回りの付議または回答より前の日付です',
    'the day is before the circulation was opened, or last answered',
  ],
  EFFECTIVE_BEFORE_DECISION: ['決定より前の日付です', 'the day is before the decision'],
  // reasons
  REASON_REQUIRED: ['理由を書いてください', 'say the reason'],
  // repetition and concurrency
  CONFLICT: ['ほかの変更が先に記録されました。読み直してください', 'something else was recorded first: read again'],
  IDEMPOTENCY_MISMATCH: [
    'この clientMutationId は別の入力で使われています',
    'this clientMutationId was used with another input',
  ],
  // plan files
  PLAN_FILE_INVALID: ['計画ファイルに誤りがあります', 'the plan file has an error'],
  PLAN_ENTRY_REMOVED: [
    '記録済みの項目が計画ファイルにありません',
    'the plan file lacks an entry that the ledger holds',
  ],
  PLAN_FIXED: [
    'この項目は計画ファイルの読み直しでは変えられません',
    'this cannot be changed by loading a plan file again',
  ],
  // input in general
  INVALID_INPUT: ['入力に誤りがあります', 'the input is not valid'],
} as const satisfies Record<string, readonly [ja: string, en: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** All that is wrong at once. @throws Refusal */
export function refuse(found: readonly Refusal[]): void {
  const [first, ...others] = found;
  if (!first) return;
  const { code, path, detail, currentRevision } = first;
  throw new Refusal(code, path, detail, currentRevision, others);
}

/** The domain says no. A message in both languages comes with the code; `detail` names the case at hand. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly code: ProblemCode,
    /** The input field, from the outside in: `['input', 'fiscalYear']`. */
    readonly path: readonly string[] = [],
    readonly detail?: string,
    /** For CONFLICT: the revision the object is at now. */
    readonly currentRevision?: number,
    /** What is wrong besides. */
    readonly others: readonly Refusal[] = [],
  ) {
    const [ja, en] = PROBLEMS[code];
    super(detail === undefined ? `${ja} / ${en}` : `${ja}（${detail}） / ${en} (${detail})`);
  }
}
