/** The forms in which `doctor` prints; apart from what renders them, so that the help needn't load that. */
export const DOCTOR_FORMATS = ["text", "json"] as const;
export type DoctorFormat = (typeof DOCTOR_FORMATS)[number];
