/**
 * The shapes the server speaks (design §6). Types only: no page loads this file.
 *
 * @typedef {"candidate" | "bot" | "recruiter" | "system"} Sender
 *
 * @typedef {{ label: string, value: string }} Button
 *
 * @typedef {object} Metadata
 * @property {string[]} [templates]
 * @property {{ type: "consent" | "question" | "field" | "submit" | "none", question_id?: string, field?: string }} [expects]
 * @property {Button[]} [buttons]
 * @property {{ answered: number, total: number }} [progress]
 * @property {string} [author] the recruiter's name
 * @property {string} [client_message_id]
 * @property {number} [edits] the seq of the message that this one corrects
 * @property {string} [button] the value of the button that was pressed
 * @property {{ name?: string, size?: number, content_type?: string }} [file]
 *
 * @typedef {object} Message
 * @property {string} id
 * @property {number} seq
 * @property {Sender} sender
 * @property {string} content
 * @property {string} [content_format]
 * @property {Metadata | null} [metadata]
 * @property {string} [sent_at]
 * @property {string} [delivery]
 *
 * @typedef {{ messages: Message[], next_after?: number | null }} History
 *
 * @typedef {object} OpenedSession
 * @property {string} session_id
 * @property {string} [token]
 * @property {boolean} created
 * @property {boolean} automation_enabled
 * @property {string | null} [application_id]
 *
 * @typedef {{ message_id: string, seq: number }} Accepted
 *
 * @typedef {object} Answer
 * @property {string} question_id
 * @property {string} question_text
 * @property {string} kind
 * @property {string | null} [answer_text]
 * @property {unknown} [value]
 * @property {number | null} [score]
 * @property {number} [weight]
 * @property {boolean} [must_have]
 * @property {boolean | null} [passed]
 * @property {string | null} [reason]
 *
 * @typedef {object} Receipt
 * @property {string} id
 * @property {string} status
 * @property {number | null} [jd_match_score]
 * @property {boolean | null} [must_have_failed]
 * @property {Answer[]} answers
 * @property {number} [answered]
 * @property {number} [total]
 */
export {};
