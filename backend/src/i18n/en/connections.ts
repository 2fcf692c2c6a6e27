/** Words of connections: whose they are, who may call, how calls are signed and read. */
export const connections = {
  "conversions.not_yours": "This connection is somebody else’s. Ask its owner or a manager to change it.",
  "conversions.owner_not_member": "Only a member of the team can own a connection.",
  "conversions.parameter_map_invalid":
    "Each parameter can mean one thing, and its name can have at most 100 characters.",
  "conversions.sender_invalid": "“{sender}” is neither an address nor a network. Write 203.0.113.7 or 203.0.113.0/24.",
  "conversions.signing_invalid":
    "Such a name does not fit: use letters, digits and dashes, and different names for the signature and its time.",
  "conversions.signing_off": "This connection asks for no signatures.",
  "conversions.signature_refused": "The call is not signed as its connection asks.",
} as const;
