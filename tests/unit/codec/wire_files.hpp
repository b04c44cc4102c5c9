// Every .proto file of the wire format, found from the two files that bring all others in.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <google/protobuf/descriptor.h>

#include "accountwatch/v1/event.pb.h"
#include "accountwatch/v1/explanation.pb.h"
#include "accountwatch/v1/output.pb.h"

namespace aw::test {

// In order of their names.
inline std::vector<const google::protobuf::FileDescriptor*> wire_files() {
    std::map<std::string, const google::protobuf::FileDescriptor*> found;
    std::vector<const google::protobuf::FileDescriptor*> open = {accountwatch::v1::Event::descriptor()->file(),
                                                                 accountwatch::v1::Explanation::descriptor()->file()};
    while (!open.empty()) {
        const auto* file = open.back();
        open.pop_back();
        if (file->package() != "accountwatch.v1" || !found.emplace(file->name(), file).second) continue;
        for (int i = 0; i < file->dependency_count(); ++i) open.push_back(file->dependency(i));
    }
    std::vector<const google::protobuf::FileDescriptor*> files;
    for (const auto& [name, file] : found) files.push_back(file);
    return files;
}

}  // namespace aw::test
