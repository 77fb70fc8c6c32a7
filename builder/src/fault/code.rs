//! The codes of the host compute service (HCS) and the host network service (HCN), and reading them from text.

/// Which service gives the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// The host compute service: containers and their virtual machines.
    Hcs,
    /// The host network service.
    Hcn,
}

/// A code and what it stands for.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// Whose it is.
    pub group: Group,
    /// The code as an HRESULT. The compute service also gives it as an NTSTATUS: `0xc037...` for `0x8037...`.
    pub hresult: u32,
    /// Its name in the headers.
    pub name: &'static str,
    /// What it says.
    pub meaning: &'static str,
}

const fn code(group: Group, hresult: u32, name: &'static str, meaning: &'static str) -> Code {
    Code { group, hresult, name, meaning }
}

use Group::{Hcn, Hcs};

/// All codes, by Microsoft's reference of HCS and HCN results.
#[rustfmt::skip]
pub static CODES: &[Code] = &[
    code(Hcs, 0x8037_0100, "HCS_E_TERMINATED_DURING_START", "the virtual machine or container exited unexpectedly while starting"),
    code(Hcs, 0x8037_0101, "HCS_E_IMAGE_MISMATCH", "the image's Windows is not the host's"),
    code(Hcs, 0x8037_0102, "HCS_E_HYPERV_NOT_INSTALLED", "the virtual machine could not be started because a required feature is not installed"),
    code(Hcs, 0x8037_0105, "HCS_E_INVALID_STATE", "the requested virtual machine or container operation is not valid in the current state"),
    code(Hcs, 0x8037_0106, "HCS_E_UNEXPECTED_EXIT", "the virtual machine or container exited unexpectedly"),
    code(Hcs, 0x8037_0107, "HCS_E_TERMINATED", "the virtual machine or container was forcefully exited"),
    code(Hcs, 0x8037_0108, "HCS_E_CONNECT_FAILED", "a connection could not be established with the container or virtual machine"),
    code(Hcs, 0x8037_0109, "HCS_E_CONNECTION_TIMEOUT", "no response came from the virtual machine or container in time"),
    code(Hcs, 0x8037_010A, "HCS_E_CONNECTION_CLOSED", "the connection with the virtual machine or container was closed"),
    code(Hcs, 0x8037_010B, "HCS_E_UNKNOWN_MESSAGE", "an unknown internal message was received by the virtual machine or container"),
    code(Hcs, 0x8037_010C, "HCS_E_UNSUPPORTED_PROTOCOL_VERSION", "the virtual machine or container does not support an available version of the communication protocol with the host"),
    code(Hcs, 0x8037_010D, "HCS_E_INVALID_JSON", "the virtual machine or container JSON document is invalid"),
    code(Hcs, 0x8037_010E, "HCS_E_SYSTEM_NOT_FOUND", "a virtual machine or container with the specified identifier does not exist"),
    code(Hcs, 0x8037_010F, "HCS_E_SYSTEM_ALREADY_EXISTS", "a virtual machine or container with the specified identifier already exists"),
    code(Hcs, 0x8037_0110, "HCS_E_SYSTEM_ALREADY_STOPPED", "the virtual machine or container with the specified identifier is not running"),
    code(Hcs, 0x8037_0111, "HCS_E_PROTOCOL_ERROR", "a communication protocol error has occurred between the virtual machine or container and the host"),
    code(Hcs, 0x8037_0112, "HCS_E_INVALID_LAYER", "the container image contains a layer with an unrecognized format"),
    code(Hcs, 0x8037_0113, "HCS_E_WINDOWS_INSIDER_REQUIRED", "the image is for members of the Windows Insider Program"),
    code(Hcs, 0x8037_0114, "HCS_E_SERVICE_NOT_AVAILABLE", "the operation could not be started because a required feature is not installed"),
    code(Hcs, 0x8037_0115, "HCS_E_OPERATION_NOT_STARTED", "the operation has not started"),
    code(Hcs, 0x8037_0116, "HCS_E_OPERATION_ALREADY_STARTED", "the operation is already running"),
    code(Hcs, 0x8037_0117, "HCS_E_OPERATION_PENDING", "the operation is still running"),
    code(Hcs, 0x8037_0118, "HCS_E_OPERATION_TIMEOUT", "the operation did not complete in time"),
    code(Hcs, 0x8037_0119, "HCS_E_OPERATION_SYSTEM_CALLBACK_ALREADY_SET", "an event callback has already been registered on this handle"),
    code(Hcs, 0x8037_011A, "HCS_E_OPERATION_RESULT_ALLOCATION_FAILED", "not enough memory available to return the result of the operation"),
    code(Hcs, 0x8037_011B, "HCS_E_ACCESS_DENIED", "only administrators and Hyper-V Administrators may do this"),
    code(Hcs, 0x8037_011C, "HCS_E_GUEST_CRITICAL_ERROR", "the virtual machine or container reported a critical error and was stopped or restarted"),
    code(Hcs, 0x8037_011D, "HCS_E_PROCESS_INFO_NOT_AVAILABLE", "the process information is not available"),
    code(Hcs, 0x8037_011E, "HCS_E_SERVICE_DISCONNECT", "the host compute system service has disconnected unexpectedly"),
    code(Hcs, 0x8037_011F, "HCS_E_PROCESS_ALREADY_STOPPED", "the process has already exited"),
    code(Hcn, 0x803B_0001, "HCN_E_NETWORK_NOT_FOUND", "the network was not found"),
    code(Hcn, 0x803B_0002, "HCN_E_ENDPOINT_NOT_FOUND", "the endpoint was not found"),
    code(Hcn, 0x803B_0003, "HCN_E_LAYER_NOT_FOUND", "the network's underlying layer was not found"),
    code(Hcn, 0x803B_0004, "HCN_E_SWITCH_NOT_FOUND", "the virtual switch was not found"),
    code(Hcn, 0x803B_0005, "HCN_E_SUBNET_NOT_FOUND", "the network does not have a subnet for this endpoint"),
    code(Hcn, 0x803B_0006, "HCN_E_ADAPTER_NOT_FOUND", "an adapter was not found"),
    code(Hcn, 0x803B_0007, "HCN_E_PORT_NOT_FOUND", "the switch-port was not found"),
    code(Hcn, 0x803B_0008, "HCN_E_POLICY_NOT_FOUND", "an expected policy was not found"),
    code(Hcn, 0x803B_0009, "HCN_E_VFP_PORTSETTING_NOT_FOUND", "a required VFP port setting was not found"),
    code(Hcn, 0x803B_000A, "HCN_E_INVALID_NETWORK", "the provided network configuration is invalid or missing parameters"),
    code(Hcn, 0x803B_000B, "HCN_E_INVALID_NETWORK_TYPE", "invalid network type"),
    code(Hcn, 0x803B_000C, "HCN_E_INVALID_ENDPOINT", "the provided endpoint configuration is invalid or missing parameters"),
    code(Hcn, 0x803B_000D, "HCN_E_INVALID_POLICY", "the provided policy configuration is invalid or missing parameters"),
    code(Hcn, 0x803B_000E, "HCN_E_INVALID_POLICY_TYPE", "invalid policy type"),
    code(Hcn, 0x803B_000F, "HCN_E_INVALID_REMOTE_ENDPOINT_OPERATION", "this requested operation is invalid for a remote endpoint"),
    code(Hcn, 0x803B_0010, "HCN_E_NETWORK_ALREADY_EXISTS", "a network with this name already exists"),
    code(Hcn, 0x803B_0011, "HCN_E_LAYER_ALREADY_EXISTS", "a layer with this name already exists"),
    code(Hcn, 0x803B_0012, "HCN_E_POLICY_ALREADY_EXISTS", "policy information already exists on this object"),
    code(Hcn, 0x803B_0013, "HCN_E_PORT_ALREADY_EXISTS", "the specified port already exists"),
    code(Hcn, 0x803B_0014, "HCN_E_ENDPOINT_ALREADY_ATTACHED", "this endpoint is already attached to the switch"),
    code(Hcn, 0x803B_0015, "HCN_E_REQUEST_UNSUPPORTED", "the specified request is unsupported"),
    code(Hcn, 0x803B_0016, "HCN_E_MAPPING_NOT_SUPPORTED", "port mapping is not supported on the given network"),
    code(Hcn, 0x803B_0017, "HCN_E_DEGRADED_OPERATION", "there was an operation attempted on a degraded object"),
    code(Hcn, 0x803B_0018, "HCN_E_SHARED_SWITCH_MODIFICATION", "cannot modify a switch shared by multiple networks"),
    code(Hcn, 0x803B_0019, "HCN_E_GUID_CONVERSION_FAILURE", "failed to interpret a parameter as a GUID"),
    code(Hcn, 0x803B_001A, "HCN_E_REGKEY_FAILURE", "failed to process registry key"),
    code(Hcn, 0x803B_001B, "HCN_E_INVALID_JSON", "invalid JSON document string"),
    code(Hcn, 0x803B_001C, "HCN_E_INVALID_JSON_REFERENCE", "the reference is invalid in the JSON document"),
    code(Hcn, 0x803B_001D, "HCN_E_ENDPOINT_SHARING_DISABLED", "endpoint sharing is disabled"),
    code(Hcn, 0x803B_001E, "HCN_E_INVALID_IP", "IP address is either invalid or not part of any configured subnet(s)"),
    code(Hcn, 0x803B_001F, "HCN_E_SWITCH_EXTENSION_NOT_FOUND", "the specified switch extension does not exist on this switch"),
    code(Hcn, 0x803B_0020, "HCN_E_MANAGER_STOPPED", "operation cannot be performed while service is stopping"),
    code(Hcn, 0x803B_0021, "GCN_E_MODULE_NOT_FOUND", "operation cannot be performed while service module not found"),
    code(Hcn, 0x803B_0022, "GCN_E_NO_REQUEST_HANDLERS", "request Handlers not present to handle the JSON request"),
    code(Hcn, 0x803B_0023, "GCN_E_REQUEST_UNSUPPORTED", "the specified request is unsupported"),
    code(Hcn, 0x803B_0024, "GCN_E_RUNTIMEKEYS_FAILED", "add runtime keys to container failed"),
    code(Hcn, 0x803B_0025, "GCN_E_NETADAPTER_TIMEOUT", "timeout while waiting for network adapter with the given instance id"),
    code(Hcn, 0x803B_0026, "GCN_E_NETADAPTER_NOT_FOUND", "network adapter not found for the given instance id"),
    code(Hcn, 0x803B_0027, "GCN_E_NETCOMPARTMENT_NOT_FOUND", "network compartment not found for the given id"),
    code(Hcn, 0x803B_0028, "GCN_E_NETINTERFACE_NOT_FOUND", "network interface not found for the given id"),
    code(Hcn, 0x803B_0029, "GCN_E_DEFAULTNAMESPACE_EXISTS", "default Namespace already exists"),
    code(Hcn, 0x803B_002A, "HCN_E_ICS_DISABLED", "Internet Connection Sharing service (SharedAccess) is disabled and cannot be started"),
    code(Hcn, 0x803B_002B, "HCN_E_ENDPOINT_NAMESPACE_ALREADY_EXISTS", "this requested operation is invalid as endpoint is already part of a network namespace"),
    code(Hcn, 0x803B_002C, "HCN_E_ENTITY_HAS_REFERENCES", "the specified entity cannot be removed while it still has references"),
    code(Hcn, 0x803B_002D, "HCN_E_INVALID_INTERNAL_PORT", "the internal port must exist and cannot be zero"),
    code(Hcn, 0x803B_002E, "HCN_E_NAMESPACE_ATTACH_FAILED", "the requested operation for attach namespace failed"),
    code(Hcn, 0x803B_002F, "HCN_E_ADDR_INVALID_OR_RESERVED", "an address provided is invalid or reserved"),
    code(Hcn, 0x803B_0030, "HCN_E_INVALID_PREFIX", "the prefix provided is invalid"),
    code(Hcn, 0x803B_0031, "HCN_E_OBJECT_USED_AFTER_UNLOAD", "a call was performed against an object that was torn down"),
    code(Hcn, 0x803B_0032, "HCN_E_INVALID_SUBNET", "the provided subnet configuration is invalid or missing parameters"),
    code(Hcn, 0x803B_0033, "HCN_E_INVALID_IP_SUBNET", "the provided IP subnet configuration is invalid or missing parameters"),
    code(Hcn, 0x803B_0034, "HCN_E_ENDPOINT_NOT_ATTACHED", "the endpoint must be attached to complete the operation"),
    code(Hcn, 0x803B_0035, "HCN_E_ENDPOINT_NOT_LOCAL", "the endpoint must be local to complete the operation"),
    code(Hcn, 0x803B_0036, "HCN_INTERFACEPARAMETERS_ALREADY_APPLIED", "cannot apply more than one InterfaceParameters policy"),
    code(Hcn, 0x803B_0037, "HCN_E_VFP_NOT_ALLOWED", "a network of this type can not be created because VFP is not available"),
];

impl Code {
    /// The row of a code, as an HRESULT or as the NTSTATUS that means the same.
    pub fn find(code: u32) -> Option<&'static Code> {
        let hresult = if code >> 16 == 0xC037 { 0x8037_0000 | (code & 0xFFFF) } else { code };
        CODES.iter().find(|row| row.hresult == hresult)
    }
}

/// The codes that a text names as `0x` and eight digits, in the order of their places.
pub fn codes_in(text: &str) -> impl Iterator<Item = &'static Code> + '_ {
    text.match_indices("0x").filter_map(|(at, _)| {
        let digits = text[at + 2..].bytes().take_while(u8::is_ascii_hexdigit).count();
        let code = u32::from_str_radix(&text[at + 2..at + 2 + digits], 16).ok()?;
        Code::find(code)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_in_either_form() {
        for code in [0x8037_0101, 0xC037_0101] {
            assert_eq!(Code::find(code).map(|row| row.name), Some("HCS_E_IMAGE_MISMATCH"));
        }
        assert_eq!(Code::find(0x803B_0013).map(|row| row.name), Some("HCN_E_PORT_ALREADY_EXISTS"));
        assert!(Code::find(0xC03B_0013).is_none() && Code::find(0).is_none());
    }

    #[test]
    fn codes_are_read_from_text() {
        let text = "failed (0xc0370106), then 0x803B002a; 0x5b4, 0x, 0xc0370106ff and 0xffffffffffff are none";
        let names: Vec<_> = codes_in(text).map(|row| row.name).collect();
        assert_eq!(names, ["HCS_E_UNEXPECTED_EXIT", "HCN_E_ICS_DISABLED"]);
    }

    #[test]
    fn rows_are_unique_and_in_order() {
        assert!(CODES.windows(2).all(|pair| pair[0].hresult < pair[1].hresult));
        assert_eq!(CODES.len(), 85);
    }
}
